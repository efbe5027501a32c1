#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/reactor.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/result.h"
#include "engine/call_options.h"
#include "engine/guest_call.h"
#include "engine/guest_state.h"
#include "engine/module/inspection.h"

namespace rockpool::engine {

enum class Allocator : std::uint8_t {
  Pooling,   // reserves address space for all instances once; the quick one
  OnDemand,  // maps memory for each instance; for compile workers, thread sanitizer and valgrind
};

enum class PagemapScan : std::uint8_t { Auto, Off };

struct EngineOptions {
  Allocator allocator = Allocator::Pooling;
  // Instances alive at once; a smaller pool is taken, and said so in the log, where the reservation
  // fails.
  std::uint32_t instances = 2000;
  // How slots of the pool are reset: by the pages that a scan finds dirty, if the kernel can, or by
  // giving all pages back (docs/adr/0009-the-reset-finds-pages-that-move.md).
  PagemapScan pagemap_scan = PagemapScan::Auto;
  // Memory of all instances together; growing beyond fails and new calls are `overloaded`.
  std::uint64_t total_memory_bytes = 4ULL << 30;
  std::uint32_t long_run_threads = 2;
  // What a guest may use on its reactor before it moves to the long-run pool.
  std::chrono::nanoseconds first_quantum = std::chrono::milliseconds(1);
  // How often running guests are interrupted to give others their turn.
  std::chrono::nanoseconds tick = std::chrono::milliseconds(1);
};

// One version's module, ready to be instantiated. Immutable; shared by the versions table and the
// calls in flight.
class Program {
 public:
  virtual ~Program() = default;
  virtual Abi abi() const = 0;
};

// What a module imports under that name, other modules of its version give: `index` is one of
// ProgramOptions::linked.
struct Link {
  std::string import;
  std::size_t index = 0;
  friend bool operator==(const Link&, const Link&) = default;
};

// Its links lead to modules that stand before it.
struct LinkedModule {
  Digest digest;
  std::vector<Link> links = {};
  friend bool operator==(const LinkedModule&, const LinkedModule&) = default;
};

enum class Reuse : std::uint8_t { Fresh, Instance };

struct ProgramOptions {
  Abi abi = Abi::Http;
  // Environment granted to the guest; CGI's meta-variables are added for each call and win.
  std::vector<std::pair<std::string, std::string>> environment;
  // Instance: an instance that answered well serves later calls, one at a time (http and typed).
  Reuse reuse = Reuse::Fresh;
  std::vector<Link> links;
  // Each has an instance of its own for each of the program's.
  std::vector<LinkedModule> linked;

  friend bool operator==(const ProgramOptions&, const ProgramOptions&) = default;
};

// A request to an `http` or `cgi` guest. Views live as long as the call.
struct HttpRequest {
  std::string_view method;
  std::string_view scheme;  // "http" or "https"
  std::string_view authority;
  std::string_view path_with_query;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::optional<std::uint64_t> content_length;
};

// Open files.
struct MachineCode {
  int own = -1;
  std::vector<int> linked = {};
};

// Compiles and runs guests. All methods may be called from any thread unless they take a reactor:
// those on its thread.
class Engine {
 public:
  virtual ~Engine() = default;

  // To be called once on each thread that starts calls.
  virtual void enter_thread() = 0;

  // Changes whenever machine code made by another build or configuration can't be used.
  virtual std::string compatibility() const = 0;

  // Machine code of a module. Fails with invalid-module or module-unsupported. Takes seconds for
  // large modules; a server does this in a child process (compile_worker.h).
  virtual Result<std::string> compile(std::string_view wasm) = 0;

  // Maps machine code that compile() made: the module's own, and that of each of the options'
  // linked modules. Descriptors are read during the call only. The caller vouches for their
  // content: it must be our own compile worker's. Fails with import-missing or module-unsupported.
  virtual Result<std::shared_ptr<const Program>> load(const MachineCode& code, BinaryKind kind,
                                                      const ProgramOptions& options) = 0;

  // Starts a call and runs it for its first quantum. `program` is kept until the call ends.
  virtual std::unique_ptr<GuestCall> start_http(async::Reactor& home,
                                                std::shared_ptr<const Program> program,
                                                const HttpRequest& request,
                                                const CallOptions& options) = 0;
  // `environment` as cgi_environment() gives it; the body is stdin. A HEAD request's answer has its
  // body, too.
  virtual std::unique_ptr<GuestCall> start_cgi(
      async::Reactor& home, std::shared_ptr<const Program> program,
      const std::vector<std::pair<std::string, std::string>>& environment,
      const CallOptions& options) = 0;
  // `arguments` as encode_arguments() gives them.
  virtual std::unique_ptr<GuestCall> start_typed(async::Reactor& home,
                                                 std::shared_ptr<const Program> program,
                                                 const TypedExport& function, std::string arguments,
                                                 const CallOptions& options) = 0;
  // `function` is one that is_callable() by `json`; `arguments` as encode_text_arguments() gives
  // them.
  virtual std::unique_ptr<GuestCall> start_json(async::Reactor& home,
                                                std::shared_ptr<const Program> program,
                                                const TypedExport& function, std::string arguments,
                                                const CallOptions& options) = 0;
  // `arguments` as encode_command_arguments() gives them; there is no stdin.
  virtual std::unique_ptr<GuestCall> start_argv(async::Reactor& home,
                                                std::shared_ptr<const Program> program,
                                                const std::vector<std::string>& arguments,
                                                const CallOptions& options) = 0;
  // Instantiates once and runs start functions and `_initialize`: a deploy's trial. The only event
  // is End.
  virtual std::unique_ptr<GuestCall> start_trial(async::Reactor& home,
                                                 std::shared_ptr<const Program> program,
                                                 const CallOptions& options) = 0;

  // For one key of one function. The engine outlives it.
  virtual std::unique_ptr<GuestState> make_state() = 0;

  virtual std::uint64_t memory_in_use_bytes() const = 0;
  // Calls so far that used up their first quantum and went on in the long-run pool.
  virtual std::uint64_t long_runs() const = 0;
};

// Fails with internal if not even a small pool fits the address space.
Result<std::unique_ptr<Engine>> make_engine(const EngineOptions& options, Log& log);

}  // namespace rockpool::engine
