#include "cli/temporary_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "cli/control_client.h"
#include "cli/stop_signals.h"

namespace rockpool::cli {
namespace {

Error system_error(std::string_view what) {
  return Error(ErrorCode::Io, fmt::format("{}: {}", what, std::strerror(errno)));
}

Result<std::string> make_data_folder() {
  std::string folder = (std::filesystem::temp_directory_path() / "rockpool-dev-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr)
    return std::unexpected(system_error("can't make a temporary folder"));
  return folder;
}

// In the child, where only calls that are safe after fork() are allowed.
[[noreturn]] void become_server(char* const* arguments, int output, pid_t parent) {
  // Ctrl-C in the terminal is for the command, which then ends the server.
  setsid();
  restore_signals();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);
  dup2(output, STDOUT_FILENO);
  execv("/proc/self/exe", arguments);
  _exit(127);
}

}  // namespace

Result<TemporaryServer> TemporaryServer::start() {
  ASSIGN_OR_RETURN(std::string data, make_data_folder());
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0)
    return std::unexpected(system_error("can't make a pipe"));
  std::array<std::string, 8> words = {"rockpool",  "serve",       "--ingress", "127.0.0.1:0",
                                      "--control", "127.0.0.1:0", "--data",    data};
  std::array<char*, words.size() + 1> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  pid_t parent = getpid();
  pid_t process = fork();
  if (process == 0) become_server(arguments.data(), pipe_ends[1], parent);
  Error failed = system_error("can't start a server");
  close(pipe_ends[1]);
  TemporaryServer server(process, pipe_ends[0], std::move(data));
  if (process < 0) return std::unexpected(failed);
  RETURN_IF_ERROR(server.wait_until_ready());
  return server;
}

TemporaryServer::TemporaryServer(TemporaryServer&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      output_(std::exchange(other.output_, -1)),
      data_(std::exchange(other.data_, {})),
      control_url_(std::move(other.control_url_)) {}

TemporaryServer::~TemporaryServer() {
  if (process_ > 0) {
    kill(process_, SIGTERM);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (output_ >= 0) close(output_);
  std::error_code ignored;  // What can't be removed stays in the folder for temporary files.
  if (!data_.empty()) std::filesystem::remove_all(data_, ignored);
}

bool TemporaryServer::is_alive() {
  if (process_ > 0 && waitpid(process_, nullptr, WNOHANG) == process_) process_ = -1;
  return process_ > 0;
}

// Reads the lines that `serve` prints: "control URL" and, last, "ready".
Result<void> TemporaryServer::wait_until_ready() {
  constexpr std::string_view kControl = "control ";
  bool ready = false;
  LineSplitter splitter;
  auto on_line = [&](std::string_view line) {
    if (line.starts_with(kControl)) control_url_ = line.substr(kControl.size());
    ready = line == "ready";
    return !ready;
  };
  std::array<char, 1024> piece;
  while (!ready) {
    ssize_t size = read(output_, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return fail(ErrorCode::Unavailable, "the server ended before it was ready");
    splitter.add({piece.data(), static_cast<std::size_t>(size)}, on_line);
  }
  return {};
}

}  // namespace rockpool::cli
