#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/function_name.h"
#include "base/result.h"
#include "engine/module/inspection.h"
#include "json/value.h"
#include "platform/functions/function.h"
#include "platform/functions/function_settings.h"
#include "registry/images/image_reference.h"
#include "registry/pull.h"

namespace rockpool::platform {

// An image to be fetched from its registry.
struct ImageSource {
  registry::ImageReference reference;
  std::string verify_key = {};        // PEM; it must be signed with the other half. May be empty
  registry::OnPull on_progress = {};  // on a thread of its own
};

// A module's bytes, the digest of one that is stored, an image that holds one, or what it held.
using ModuleSource = std::variant<std::string, Digest, ImageSource, registry::PulledModule>;

// A known function's live settings stay; a new one gets the defaults.
struct KeepSettings {};
// RFC 7396, applied to the live settings (of a new function: to the defaults).
struct MergeSettings {
  json::Value patch;
};
using SettingsChange = std::variant<KeepSettings, FunctionSettings, MergeSettings>;

// Values of If-Match and If-None-Match, as sent; empty if they were not. Evaluated when it is the
// write's turn, so nothing comes between the check and the write.
struct Precondition {
  std::string if_match = {};
  std::string if_none_match = {};
};

// Fails with precondition-failed. `function` is null if there is none.
Result<void> check(const Precondition& precondition, const Function* function);

enum class IfAbsent : std::uint8_t { Create, Refuse };

// What must be true of a module beside what every module is held to; the failure is the deploy's.
using Acceptance = std::function<Result<void>(const engine::Inspection& module)>;

// One function as it shall be.
struct FunctionChange {
  FunctionName name;
  std::optional<ModuleSource> module = {};  // none: the live version's
  std::optional<PinnedImage> image = {};    // that the bytes of `module` came from
  SettingsChange settings = KeepSettings{};
  IfAbsent if_absent = IfAbsent::Create;  // Refuse fails with function-not-found
  Precondition precondition = {};
  std::optional<Origin> origin = {};  // of a new function
  Acceptance accepts = {};            // may be empty; asked when the module is inspected
};

// One function of a dialect as it shall be; what it is called here follows from the origin.
struct OriginChange {
  Origin origin;
  std::optional<ModuleSource> module = {};  // none: the live version's
  SettingsChange settings = KeepSettings{};
  IfAbsent if_absent = IfAbsent::Create;  // Refuse fails with function-not-found
  std::optional<PinnedImage> image = {};  // that the bytes of `module` came from
  Precondition precondition = {};
  Acceptance accepts = {};  // as FunctionChange's
};

// The JSON bodies of PUT and PATCH: {"module": "sha256:…" or "oci://…", settings…}, with an image
// also {"verify_key": "-----BEGIN PUBLIC KEY…"}. PUT needs `module` and replaces all settings;
// PATCH keeps what it does not name and refuses to create.
Result<FunctionChange> change_from_put(FunctionName name, const json::Value& document);
Result<FunctionChange> change_from_patch(FunctionName name, const json::Value& document);

// The body of POST: as of PUT, with {"origin": {"dialect": "wess", "name": …}} beside.
Result<OriginChange> origin_change_from_post(const json::Value& document);

enum class DeployMode : std::uint8_t {
  Commit,
  DryRun,  // everything up to the commit
};

enum class DeployStage : std::uint8_t {
  Pulling,
  Storing,
  Inspecting,
  Compiling,
  Loading,
  Trying,
  Committing
};
std::string_view name_of(DeployStage stage);
// Hears of each stage as it begins, on some reactor. Must not block.
using OnStage = std::function<void(const FunctionName& function, DeployStage stage)>;

enum class Effect : std::uint8_t { Created, Changed, Unchanged };

struct Deployed {
  Effect effect = Effect::Unchanged;
  // As it is now; after a dry run, as it would be.
  std::shared_ptr<const Function> function;
};

// Why a deploy failed.
struct DeployFailure {
  DeployFailure(Error cause) : error(std::move(cause)) {}  // NOLINT: what macros return

  Error error;
  std::optional<FunctionName> function;  // of several, the one that failed
  // With import-missing: all of them.
  std::vector<engine::MissingImport> missing_imports;
};
template <class T>
using DeployResult = std::expected<T, DeployFailure>;

// What POST /v1/modules answers.
struct StoredModule {
  Digest digest;
  std::uint64_t size_bytes = 0;
  engine::Inspection inspection;
};

}  // namespace rockpool::platform
