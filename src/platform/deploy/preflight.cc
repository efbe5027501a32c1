#include "platform/deploy/preflight.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/units.h"

namespace rockpool::platform {
namespace {

// Keeps the first of what a guest writes during its trial, and denies the rest.
class TrialOutput final : public engine::CallHost {
 public:
  void log(engine::GuestStream, std::string_view bytes) override {
    text_ += bytes.substr(0, kMaxBytes - std::min(kMaxBytes, text_.size()));
  }
  // Nobody has granted a trial anything.
  void send(std::shared_ptr<engine::OutgoingRequest> request) override {
    request->fail(ErrorCode::CallDenied);
  }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kMaxBytes = 4096;
  std::string text_;
};

DeployFailure missing(std::vector<engine::MissingImport> imports) {
  std::vector<std::string> names;
  for (const auto& [import, nearest, advice] : imports) {
    names.push_back(import.name.empty() ? import.module
                                        : fmt::format("{}.{}", import.module, import.name));
  }
  DeployFailure failure(Error(ErrorCode::ImportMissing,
                              fmt::format("the module imports what this server does not offer: {}",
                                          fmt::join(names, ", "))));
  failure.missing_imports = std::move(imports);
  return failure;
}

// Why a trial failed, as a deploy's failure.
Error start_failure(const Error& why, const std::string& output) {
  switch (why.code()) {
    case ErrorCode::Overloaded:
    case ErrorCode::ModuleUnsupported:
    case ErrorCode::ImportMissing:
    case ErrorCode::Internal:
      return why;
    default:
      break;
  }
  auto detail = why.detail();
  if (!output.empty()) detail += (detail.empty() ? "it wrote: " : "; it wrote: ") + output;
  return {ErrorCode::StartFailed,
          fmt::format("the module does not start: {} ({})", why.message(), name_of(why.code())),
          std::move(detail)};
}

}  // namespace

Result<engine::Abi> choose_abi(const engine::Inspection& inspection,
                               const FunctionSettings& settings) {
  auto wanted = settings.abi;
  if (!wanted && !settings.types.empty()) wanted = engine::Abi::Typed;
  const auto& possible = inspection.possible_abis;
  if (wanted && std::ranges::find(possible, *wanted) == possible.end()) {
    std::vector<std::string_view> names;
    for (engine::Abi abi : possible) names.push_back(engine::name_of(abi));
    return fail(ErrorCode::NoEntryPoint,
                fmt::format("the module can't be run as '{}'; it fits {}", engine::name_of(*wanted),
                            names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "))));
  }
  auto abi = wanted ? wanted : inspection.abi;
  if (!abi) return std::unexpected(engine::no_entry_point(inspection));
  if (!engine::runs(*abi)) {
    return fail(ErrorCode::ModuleUnsupported,
                fmt::format("the module is of kind '{}', which this server does not run",
                            engine::name_of(*abi)));
  }
  return *abi;
}

Result<void> check_reuse(engine::Abi abi, const FunctionSettings& settings) {
  if (settings.reuse == engine::Reuse::Fresh) return {};
  // Nobody says who frees the lists of a call, so they would pile up.
  auto has_lists = [](const auto& entry) { return engine::has_lists(entry.second); };
  if (std::ranges::any_of(settings.types, has_lists)) {
    return fail(ErrorCode::InvalidArgument,
                "reuse: an instance that is called with lists serves one call; take 'fresh', or "
                "types without lists");
  }
  bool can_serve_again = abi == engine::Abi::Http || abi == engine::Abi::Typed;
  if (can_serve_again) return {};
  // A command ends with its call, and arguments of `json` are written where the guest's heap
  // begins.
  return fail(ErrorCode::InvalidArgument,
              fmt::format("reuse: an instance of kind '{}' serves one call; 'instance' is for http "
                          "and typed",
                          engine::name_of(abi)));
}

Result<void> check_state(const engine::Inspection& inspection, engine::Abi abi,
                         const FunctionSettings& settings) {
  if (settings.state == StateMode::None) return {};
  auto refuse = [](std::string_view why) {
    return fail(ErrorCode::InvalidArgument, fmt::format("state: {}", why));
  };
  if (inspection.kind == engine::BinaryKind::Component) {
    return refuse(
        "a component can't keep its state: its memories can't be reached; take a core "
        "module, or 'none'");
  }
  if (abi != engine::Abi::Typed) {
    return refuse(
        fmt::format("'memory' is for core modules of kind 'typed'; this one is run as "
                    "'{}'",
                    engine::name_of(abi)));
  }
  if (!settings.links.empty()) {
    return refuse("a function with links can't keep its state; take 'none', or no links");
  }
  if (settings.reuse == engine::Reuse::Instance) {
    return refuse(
        "a function that keeps its state reuses its instances as it needs; take reuse "
        "'fresh'");
  }
  // As for reuse: nobody says who frees them.
  auto has_lists = [](const auto& entry) { return engine::has_lists(entry.second); };
  if (std::ranges::any_of(settings.types, has_lists)) {
    return refuse("a function that is called with lists can't keep its state");
  }
  return {};
}

Result<void> check_function_types(const engine::Inspection& inspection, engine::Abi abi,
                                  const FunctionSettings& settings) {
  if (settings.types.empty()) return {};
  if (abi != engine::Abi::Typed) {
    return fail(ErrorCode::NoEntryPoint,
                fmt::format("types: a function of kind '{}' has none; they are for typed",
                            engine::name_of(abi)));
  }
  return engine::check_function_types(inspection, settings.types);
}

Result<void> Preflight::check_size(std::uint64_t bytes) const {
  if (bytes <= max_module_bytes_) return {};
  return fail(ErrorCode::ModuleTooLarge, fmt::format("the module has {} bytes, {} are allowed",
                                                     bytes, format_bytes(max_module_bytes_)));
}

std::shared_ptr<const engine::Inspection> SharedInspections::find(const Digest& digest) const {
  auto known = known_.find(digest);
  return known == known_.end() ? nullptr : known->second.lock();
}

void SharedInspections::keep(const Digest& digest,
                             const std::shared_ptr<const engine::Inspection>& inspection) {
  if (known_.size() >= sweep_at_) {
    std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = std::max<std::size_t>(64, 2 * known_.size());
  }
  known_[digest] = inspection;
}

Task<ModuleBytes> Preflight::digested(std::shared_ptr<const std::string> wasm) {
  CO_RETURN_IF_ERROR(check_size(wasm->size()));
  auto digest_it = [&wasm]() -> Result<Digest> { return Digest::of(*wasm); };
  CO_ASSIGN_OR_RETURN(auto digest, co_await world_.blocking.run(digest_it));
  co_return ModuleBytes{digest, std::move(wasm)};
}

Task<Examined> Preflight::examine(ModuleBytes module) {
  auto [digest, wasm] = std::move(module);
  CO_RETURN_IF_ERROR(check_size(wasm->size()));
  if (auto known = inspections_.find(digest)) co_return Examined{digest, wasm, std::move(known)};
  auto look = [&wasm]() -> Result<std::shared_ptr<const engine::Inspection>> {
    ASSIGN_OR_RETURN(auto inspection, engine::inspect(*wasm));
    return std::make_shared<const engine::Inspection>(std::move(inspection));
  };
  CO_ASSIGN_OR_RETURN(auto inspection, co_await world_.blocking.run(look));
  inspections_.keep(digest, inspection);
  co_return Examined{digest, wasm, std::move(inspection)};
}

Task<void> Preflight::check(const Examined& module, engine::Abi abi,
                            const FunctionSettings& settings) {
  CO_RETURN_IF_ERROR(check_reuse(abi, settings));
  CO_RETURN_IF_ERROR(check_state(*module.inspection, abi, settings));
  CO_RETURN_IF_ERROR(check_function_types(*module.inspection, abi, settings));
  if (settings.state == StateMode::None) co_return Result<void>{};
  auto look = [&module] { return engine::check_keeps_state(*module.wasm); };
  co_return co_await world_.blocking.run(look);
}

asio::awaitable<DeployResult<std::shared_ptr<const engine::Program>>> Preflight::try_out(
    const Examined& module, const Version& version, std::span<const engine::LinkedExports> linked,
    std::function<void(DeployStage)> on_stage) {
  auto imports = engine::missing_imports(*module.inspection, linked);
  if (!imports.empty()) co_return std::unexpected(missing(std::move(imports)));

  on_stage(DeployStage::Loading);
  auto code = code_of(version, module.inspection->kind);
  code.wasm = module.wasm;
  auto compiling = [&on_stage] { on_stage(DeployStage::Compiling); };
  auto program = co_await loader_.load(code, compiling);
  if (!program) co_return std::unexpected(DeployFailure(program.error()));

  on_stage(DeployStage::Trying);
  auto started = co_await instantiate(*program, version.settings.limits);
  if (!started) co_return std::unexpected(DeployFailure(started.error()));
  co_return *program;
}

Task<void> Preflight::instantiate(std::shared_ptr<const engine::Program> program,
                                  const engine::Limits& limits) {
  TrialOutput output;
  engine::CallOptions options{.limits = limits, .host = &output};
  auto call = world_.engine.start_trial(world_.home(), std::move(program), options);
  auto event = call->poll_event();
  while (!event || event->kind != engine::GuestCall::Event::Kind::End) {
    event = co_await call->next_event();
  }
  function_metrics_.instantiation.with({})->observe(world_.home().index(),
                                                    call->usage().instantiation);
  if (event->failure) co_return std::unexpected(start_failure(*event->failure, output.text()));
  co_return Result<void>{};
}

}  // namespace rockpool::platform
