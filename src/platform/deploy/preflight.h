#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "engine/module/missing_imports.h"
#include "platform/functions/deployment.h"
#include "platform/programs/program_loader.h"
#include "platform/world.h"

namespace rockpool::platform {

// What modules in use are, found by digest without keeping it. Used on one reactor.
class SharedInspections {
 public:
  std::shared_ptr<const engine::Inspection> find(const Digest& digest) const;
  void keep(const Digest& digest, const std::shared_ptr<const engine::Inspection>& inspection);

 private:
  std::map<Digest, std::weak_ptr<const engine::Inspection>> known_;
  std::size_t sweep_at_ = 64;  // entries; twice those alive after the last sweep
};

struct ModuleBytes {
  Digest digest;
  std::shared_ptr<const std::string> wasm;
};

// A module that has been looked at.
struct Examined {
  Digest digest;
  std::shared_ptr<const std::string> wasm;
  std::shared_ptr<const engine::Inspection> inspection;
};

// Decides whether a module may become a version, by trying. Used on the home reactor.
class Preflight {
 public:
  // `world`, `loader` and `function_metrics` outlive it.
  Preflight(const World& world, ProgramLoader& loader, FunctionMetrics& function_metrics,
            std::uint64_t max_module_bytes)
      : world_(world),
        loader_(loader),
        function_metrics_(function_metrics),
        max_module_bytes_(max_module_bytes) {}

  // Fails with module-too-large.
  Task<ModuleBytes> digested(std::shared_ptr<const std::string> wasm);
  // The same bytes are looked at once, as long as a version has them. Fails with module-too-large,
  // invalid-module or module-unsupported.
  Task<Examined> examine(ModuleBytes module);

  // That the module can be run so. Fails with invalid-argument, no-entry-point or
  // module-unsupported.
  Task<void> check(const Examined& module, engine::Abi abi, const FunctionSettings& settings);

  // Compiles, loads and instantiates it once, as `version` says; `linked` are the exports that
  // its links lead to. Fails with import-missing, compile-limit, module-unsupported, start-failed,
  // or overloaded if there is no place to try.
  asio::awaitable<DeployResult<std::shared_ptr<const engine::Program>>> try_out(
      const Examined& module, const Version& version, std::span<const engine::LinkedExports> linked,
      std::function<void(DeployStage)> on_stage);

 private:
  Result<void> check_size(std::uint64_t bytes) const;
  Task<void> instantiate(std::shared_ptr<const engine::Program> program,
                         const engine::Limits& limits);

  const World world_;
  ProgramLoader& loader_;
  FunctionMetrics& function_metrics_;
  const std::uint64_t max_module_bytes_;
  SharedInspections inspections_;
};

// How the module is to be run: as the settings say, `typed` if they have types, else as
// detected. Fails with no-entry-point, or with module-unsupported if this server does not run such
// guests.
Result<engine::Abi> choose_abi(const engine::Inspection& inspection,
                               const FunctionSettings& settings);

// Fails with invalid-argument where instances of such a module can't serve several calls.
Result<void> check_reuse(engine::Abi abi, const FunctionSettings& settings);

// Fails with invalid-argument where instances of such a module, so called, can't keep their state.
// Whether the module itself can is engine::check_keeps_state()'s to say.
Result<void> check_state(const engine::Inspection& inspection, engine::Abi abi,
                         const FunctionSettings& settings);

// Fails with no-entry-point if the module can't be called by the types that the settings give
// its exports.
Result<void> check_function_types(const engine::Inspection& inspection, engine::Abi abi,
                                  const FunctionSettings& settings);

}  // namespace rockpool::platform
