#include "registry/access/credential_helper.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "json/object_reader.h"

extern char** environ;

namespace rockpool::registry {
namespace {

constexpr std::size_t kMaxAnswer = 1 << 20;
// How helpers name a secret that is an identity token instead of a password.
constexpr std::string_view kTokenUser = "<token>";
constexpr std::string_view kNothingKept = "credentials not found in native keychain";

std::unexpected<Error> system_failure(std::string_view what) {
  return fail(ErrorCode::Io, fmt::format("{} failed", what), std::strerror(errno));
}

// A file without a name, in memory.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : descriptor_(memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }

  Result<void> fill(std::string_view text) {
    ssize_t written = pwrite(descriptor_, text.data(), text.size(), 0);
    if (written != static_cast<ssize_t>(text.size())) return system_failure("writing a file");
    return {};
  }

  Result<std::string> contents() const {
    std::string text(kMaxAnswer, '\0');
    ssize_t count = pread(descriptor_, text.data(), text.size(), 0);
    if (count < 0) return system_failure("reading a file");
    text.resize(static_cast<std::size_t>(count));
    return text;
  }

 private:
  int descriptor_;
};

Result<pid_t> spawn_helper(std::string program, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  std::string word = "get";
  std::array<char*, 3> arguments = {program.data(), word.data(), nullptr};
  pid_t pid = -1;
  int error = posix_spawnp(&pid, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return pid;
  return fail(
      ErrorCode::InvalidArgument,
      fmt::format("the credential helper {} can't be started: {}", program, std::strerror(error)));
}

// Whether it ended well; none if it had to be ended. Reaps it either way.
std::optional<bool> wait_for(pid_t pid, std::chrono::seconds patience) {
  int handle = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  bool in_time = true;
  if (handle >= 0) {
    pollfd ended{.fd = handle, .events = POLLIN, .revents = 0};
    auto milliseconds = std::chrono::milliseconds(patience).count();
    in_time = poll(&ended, 1, static_cast<int>(milliseconds)) != 0;
    close(handle);
  }
  if (!in_time) kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return std::nullopt;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, std::min<std::size_t>(text.find('\n'), 200)));
}

// {"ServerURL": …, "Username": …, "Secret": …}
Result<Credentials> credentials_in(const std::string& answer) {
  ASSIGN_OR_RETURN(auto document, json::parse(answer));
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(document));
  ASSIGN_OR_RETURN(auto user, reader.required<std::string>("Username"));
  ASSIGN_OR_RETURN(auto secret, reader.required<std::string>("Secret"));
  Credentials credentials;
  if (user == kTokenUser) {
    credentials.identity_token = std::move(secret);
  } else {
    credentials.username = std::move(user);
    credentials.password = std::move(secret);
  }
  return credentials;
}

}  // namespace

Result<Credentials> ask_credential_helper(const std::string& name, const std::string& host,
                                          std::chrono::seconds patience) {
  std::string program = "docker-credential-" + name;
  MemoryFile question("rockpool-question");
  MemoryFile output("rockpool-answer");
  if (question.descriptor() < 0 || output.descriptor() < 0) return system_failure("making a file");
  RETURN_IF_ERROR(question.fill(host));
  ASSIGN_OR_RETURN(auto pid, spawn_helper(program, question.descriptor(), output.descriptor()));
  auto ended_well = wait_for(pid, patience);
  if (!ended_well) {
    return fail(ErrorCode::Timeout,
                fmt::format("{} gave no answer in {} s", program, patience.count()));
  }
  ASSIGN_OR_RETURN(auto answer, output.contents());
  if (!*ended_well) {
    if (answer.contains(kNothingKept)) return Credentials();
    return fail(ErrorCode::RegistryError,
                fmt::format("{} failed: {}", program, first_line(answer)));
  }
  auto credentials = credentials_in(answer);
  if (credentials) return credentials;
  return fail(ErrorCode::RegistryError, fmt::format("the answer of {} can't be read", program));
}

}  // namespace rockpool::registry
