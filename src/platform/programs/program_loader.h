#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/blocking.h"
#include "base/digest.h"
#include "platform/admission/function_metrics.h"
#include "platform/functions/function.h"
#include "platform/programs/compile.h"
#include "platform/programs/program_slot.h"
#include "platform/programs/shared_programs.h"
#include "platform/world.h"

namespace rockpool::platform {

namespace asio = boost::asio;

// What a program is made of.
struct ModuleCode {
  Digest digest;
  engine::BinaryKind kind = engine::BinaryKind::CoreModule;
  engine::ProgramOptions options = {};
  // The module's bytes; null: those stored.
  std::shared_ptr<const std::string> wasm = {};
};

// For a version whose module is `kind`.
ModuleCode code_of(const Version& version, engine::BinaryKind kind);

// Makes programs of modules: maps their machine code from the cache, or compiles them if it is not
// there or of another engine. Versions of one module and the same options share a program, as long
// as their instances are fresh for each call; a module that many deploy at once is compiled once.
// Callable on any reactor.
class ProgramLoader {
 public:
  using ProgramResult = ProgramSlot::ProgramResult;

  // `world` and `function_metrics` outlive it.
  ProgramLoader(const World& world, Compile compile, std::size_t parallel_compiles,
                FunctionMetrics& function_metrics);

  // `on_compile` is called first if the module has to be compiled. A disk that is full is no
  // failure. Fails with invalid-module, module-unsupported, import-missing, compile-limit, or
  // corrupt if the module's bytes are lost.
  asio::awaitable<ProgramResult> load(ModuleCode code, std::function<void()> on_compile);

 private:
  using Files = std::vector<store::FileDescriptor>;

  asio::awaitable<ProgramResult> load_own(const ModuleCode& code, std::function<void()> on_compile);
  ProgramResult load_cached(const ModuleCode& code);
  ProgramResult compile_and_load(const ModuleCode& code);
  // Of one module: from the cache, or made of its bytes (null: those stored) and kept there.
  Result<store::FileDescriptor> machine_code(const Digest& digest, const std::string* wasm);
  Result<std::string> compile_module(const Digest& digest, const std::string* wasm);
  Result<std::string> compile(std::string_view wasm);
  // In the order of the code's modules, its own first.
  ProgramResult load_files(const ModuleCode& code, const Files& files);

  const World world_;
  const Compile compile_;
  FunctionMetrics& function_metrics_;
  async::BlockingPool compiles_;
  SharedPrograms shared_;
};

}  // namespace rockpool::platform
