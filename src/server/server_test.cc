#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "server/machine.h"
#include "server/service_manager.h"
#include "server/signals.h"

namespace rockpool::server {
namespace {

// The socket of a service manager, and what it hears.
class FakeServiceManager {
 public:
  // `path` begins with '@' for an abstract address.
  explicit FakeServiceManager(const std::string& path) : file_(socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (path.starts_with('@')) address.sun_path[0] = '\0';
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    EXPECT_EQ(bind(file_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~FakeServiceManager() {
    unsetenv("NOTIFY_SOCKET");
    close(file_);
  }
  FakeServiceManager(const FakeServiceManager&) = delete;
  FakeServiceManager& operator=(const FakeServiceManager&) = delete;

  std::string heard() const {
    char text[64];
    ssize_t size = recv(file_, text, sizeof text, MSG_DONTWAIT);
    return size < 0 ? std::string() : std::string(text, static_cast<std::size_t>(size));
  }

 private:
  int file_;
};

TEST(ServiceManager, HearsOnASocketInTheFileSystem) {
  std::string folder = (std::filesystem::temp_directory_path() / "notify-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  {
    FakeServiceManager manager(folder + "/socket");

    notify_service_manager("READY=1");

    EXPECT_EQ(manager.heard(), "READY=1");
  }
  std::filesystem::remove_all(folder);
}

TEST(ServiceManager, HearsOnAnAbstractSocket) {
  FakeServiceManager manager("@rockpool-test-" + std::to_string(getpid()));

  notify_service_manager("STOPPING=1");

  EXPECT_EQ(manager.heard(), "STOPPING=1");
}

TEST(ServiceManager, NeedNotBeThere) {
  unsetenv("NOTIFY_SOCKET");
  notify_service_manager("READY=1");

  setenv("NOTIFY_SOCKET", "/no/such/socket", 1);
  notify_service_manager("READY=1");
  unsetenv("NOTIFY_SOCKET");
}

TEST(Machine, MemoryIsAtMostWhatThereIs) {
  auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  auto ram = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));

  EXPECT_GT(usable_memory_bytes(), 0U);
  EXPECT_LE(usable_memory_bytes(), ram);
}

TEST(Machine, FilesAreAllowedUpToTheHardLimit) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low{.rlim_cur = 64, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);

  raise_file_limit();

  rlimit after{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
}

TEST(Signals, AreWaitedForInsteadOfKilling) {
  // In a child, as the signal mask is the process's.
  EXPECT_EXIT(
      {
        Signals signals;
        kill(getpid(), SIGHUP);
        if (signals.wait() != Signals::Request::Reload) std::_Exit(1);
        kill(getpid(), SIGTERM);
        if (signals.wait() != Signals::Request::Stop) std::_Exit(2);
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(Signals, ASecondStopEndsAtOnce) {
  EXPECT_EXIT(
      {
        Signals signals;
        signals.let_stop_kill();
        kill(getpid(), SIGTERM);
        std::_Exit(0);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace rockpool::server
