#include "engine/compile_worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "engine/engine.h"

extern char** environ;

namespace rockpool::engine {
namespace {

// Exit codes of the worker. What it says about a failure stands in its output then: the message
// alone.
constexpr int kInvalidModule = 10;
constexpr int kModuleUnsupported = 11;
constexpr int kInternal = 12;
constexpr int kNice = 19;

Error system_error(std::string_view what) {
  return Error(ErrorCode::Io, fmt::format("{} failed", what), std::strerror(errno));
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

Result<void> write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(system_error("writing to the compile worker"));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_whole(int descriptor) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0)
    return std::unexpected(system_error("looking at the compile worker's file"));
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    ssize_t count =
        pread(descriptor, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::unexpected(system_error("reading the compile worker's file"));
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

// Ends the child when it goes out of scope, if it still runs.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    (void)waitpid(pid_, nullptr, 0);  // reaps; nobody asks how it ended
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The wait status, or nothing if `limit` passed first.
  std::optional<int> wait_for(std::chrono::seconds limit) {
    Descriptor handle(open_handle());
    if (handle.get() >= 0) {
      pollfd ready{.fd = handle.get(), .events = POLLIN, .revents = 0};
      auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
      if (poll(&ready, 1, static_cast<int>(milliseconds)) == 0) return std::nullopt;
    }
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  // A descriptor that becomes readable when the child ends (pidfd_open(2), Linux 5.3).
  int open_handle() const { return static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)); }

  pid_t pid_;
};

Result<pid_t> spawn(const std::string& executable, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  // The server blocks the signals that stop it; the worker shall end when it is told to.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t no_signals;
  sigemptyset(&no_signals);
  posix_spawnattr_setsigmask(&attributes, &no_signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string program = "rockpool";
  std::string argument(kCompileWorkerArgument);
  auto parent = std::to_string(getpid());
  std::array<char*, 4> arguments = {program.data(), argument.data(), parent.data(), nullptr};
  pid_t pid = -1;
  int error =
      posix_spawn(&pid, executable.c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return fail(ErrorCode::Io, "the compile worker can't be started", std::strerror(error));
  return pid;
}

Error limit_reached(std::string_view what) {
  return Error(ErrorCode::CompileLimit,
               fmt::format("compiling the module took more {} than allowed", what));
}

Result<std::string> interpret(int status, std::string output) {
  if (WIFSIGNALED(status)) {
    if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)
      return std::unexpected(limit_reached("time"));
    // An allocation that fails under RLIMIT_AS aborts.
    if (WTERMSIG(status) == SIGABRT || WTERMSIG(status) == SIGSEGV)
      return std::unexpected(limit_reached("memory"));
    return fail(ErrorCode::Internal,
                fmt::format("the compile worker ended by signal {}", WTERMSIG(status)));
  }
  switch (WEXITSTATUS(status)) {
    case 0:
      return output;
    case kInvalidModule:
      return fail(ErrorCode::InvalidModule, std::move(output));
    case kModuleUnsupported:
      return fail(ErrorCode::ModuleUnsupported, std::move(output));
    default:
      return fail(ErrorCode::Internal, "the compile worker failed", std::move(output));
  }
}

// AddressSanitizer's shadow takes terabytes of address space.
#if __has_feature(address_sanitizer)
constexpr bool kReservesShadowMemory = true;
#else
constexpr bool kReservesShadowMemory = false;
#endif

// Nobody waits for the work of a server that was killed. False: that is so already.
bool end_with(std::string_view parent) {
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  return parent == std::to_string(getppid());
}

void restrict_self() {
  // Where a limit can't be lowered the parent's deadline still holds.
  const CompileLimits limits;
  rlimit cpu{.rlim_cur = static_cast<rlim_t>(limits.cpu.count()),
             .rlim_max = static_cast<rlim_t>(limits.cpu.count())};
  (void)setrlimit(RLIMIT_CPU, &cpu);
  if (!kReservesShadowMemory) {
    rlimit memory{.rlim_cur = limits.address_space_bytes, .rlim_max = limits.address_space_bytes};
    (void)setrlimit(RLIMIT_AS, &memory);
  }
  rlimit core{.rlim_cur = 0, .rlim_max = 0};
  (void)setrlimit(RLIMIT_CORE, &core);
  (void)setpriority(PRIO_PROCESS, 0, kNice);
}

class SilentLog final : public Log {
 public:
  void write(Level, std::string_view) override {}
};

int finish(int code, std::string_view output) {
  if (!write_all(STDOUT_FILENO, output)) return kInternal;
  return code;
}

}  // namespace

Result<std::string> compile_in_child(const std::string& executable, std::string_view wasm,
                                     const CompileLimits& limits) {
  Descriptor input(memfd_create("module", MFD_CLOEXEC));
  Descriptor output(memfd_create("machine-code", MFD_CLOEXEC));
  if (input.get() < 0 || output.get() < 0)
    return std::unexpected(system_error("making a memory file"));
  RETURN_IF_ERROR(write_all(input.get(), wasm));
  lseek(input.get(), 0, SEEK_SET);

  ASSIGN_OR_RETURN(pid_t pid, spawn(executable, input.get(), output.get()));
  Child child(pid);
  auto status = child.wait_for(limits.wall);
  if (!status) return std::unexpected(limit_reached("time"));
  ASSIGN_OR_RETURN(auto bytes, read_whole(output.get()));
  return interpret(*status, std::move(bytes));
}

int compile_worker_main(std::string_view parent) {
  restrict_self();
  if (!end_with(parent)) return finish(kInternal, "the server is gone");
  auto wasm = read_whole(STDIN_FILENO);
  if (!wasm) return finish(kInternal, wasm.error().to_string());
  SilentLog log;
  EngineOptions options{.allocator = Allocator::OnDemand, .long_run_threads = 0};
  auto engine = make_engine(options, log);
  if (!engine) return finish(kInternal, engine.error().to_string());
  auto machine_code = (*engine)->compile(*wasm);
  if (machine_code) return finish(0, *machine_code);
  bool unsupported = machine_code.error().code() == ErrorCode::ModuleUnsupported;
  return finish(unsupported ? kModuleUnsupported : kInvalidModule, machine_code.error().message());
}

}  // namespace rockpool::engine
