#include "platform/functions/deployment.h"

#include <fmt/format.h>

#include <utility>

#include "base/public_key.h"
#include "json/object_reader.h"

namespace rockpool::platform {
namespace {

constexpr std::string_view kModuleField = "module";
constexpr std::string_view kVerifyKeyField = "verify_key";
constexpr std::string_view kOriginField = "origin";
constexpr std::size_t kMaxOriginName = 255;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Whether a list of entity tags (RFC 9110 section 13.1) names that one; "*" names any.
bool names(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    auto end = std::min(list.find(','), list.size());
    auto tag = trim(list.substr(0, end));
    if (tag == "*" || tag == etag) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

Result<ModuleSource> parse_module(const json::Value& value) {
  if (!value.is_string()) {
    return fail(ErrorCode::InvalidArgument,
                "module: must be a text such as \"sha256:…\" or \"oci://…\"");
  }
  const auto& text = value.get_ref<const std::string&>();
  if (text.starts_with(registry::kImageScheme)) {
    auto image = registry::parse_image_reference(text);
    if (image) return ImageSource{.reference = *std::move(image)};
    return fail(ErrorCode::InvalidArgument, "module: " + image.error().message());
  }
  auto digest = Digest::parse(text);
  if (!digest) return fail(ErrorCode::InvalidArgument, "module: " + digest.error().message());
  return *digest;
}

// Takes a member off the document; null if it is not there.
json::Value take(json::Value& document, std::string_view name) {
  auto member = document.find(name);
  if (member == document.end()) return {};
  json::Value value = std::move(*member);
  document.erase(std::string(name));
  return value;
}

Result<void> add_verify_key(ModuleSource& module, const json::Value& key) {
  auto* image = std::get_if<ImageSource>(&module);
  if (image == nullptr || !key.is_string()) {
    return fail(ErrorCode::InvalidArgument,
                "verify_key: must be a public key in PEM, for a module that is an image");
  }
  image->verify_key = key.get<std::string>();
  auto parsed = PublicKey::parse(image->verify_key);
  if (parsed) return {};
  return fail(ErrorCode::InvalidArgument, "verify_key: " + parsed.error().message());
}

// Takes what is about the module off the document, so that settings are left.
Result<std::optional<ModuleSource>> take_module(json::Value& document) {
  if (!document.is_object()) {
    return fail(ErrorCode::InvalidArgument, "the body must be a JSON object");
  }
  bool names_module = document.contains(kModuleField);
  auto text = take(document, kModuleField);
  auto key = take(document, kVerifyKeyField);
  if (!names_module && key.is_null()) return std::nullopt;
  ASSIGN_OR_RETURN(auto module, parse_module(text));
  if (!key.is_null()) RETURN_IF_ERROR(add_verify_key(module, key));
  return module;
}

// Takes {"dialect": …, "name": …} off the document.
Result<Origin> take_origin(json::Value& document) {
  if (!document.is_object()) {
    return fail(ErrorCode::InvalidArgument, "the body must be a JSON object");
  }
  auto value = take(document, kOriginField);
  if (value.is_null()) {
    return fail(ErrorCode::InvalidArgument,
                R"(origin: is missing; give {"dialect": "wess", "name": "…"})");
  }
  ASSIGN_OR_RETURN(auto fields, json::ObjectReader::open(value, std::string(kOriginField)));
  Origin origin;
  ASSIGN_OR_RETURN(origin.dialect, fields.required<std::string>("dialect"));
  ASSIGN_OR_RETURN(origin.name, fields.required<std::string>("name"));
  RETURN_IF_ERROR(fields.finish());
  if (origin.dialect.empty() || origin.name.empty() || origin.name.size() > kMaxOriginName) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("origin: dialect and name must not be empty, nor the name longer than "
                            "{} bytes",
                            kMaxOriginName));
  }
  return origin;
}

std::unexpected<Error> no_module(std::string_view what_to_do) {
  return fail(ErrorCode::InvalidArgument, fmt::format("module: is missing; {}", what_to_do));
}

}  // namespace

Result<void> check(const Precondition& precondition, const Function* function) {
  auto refuse = [](std::string message) {
    return fail(ErrorCode::PreconditionFailed, std::move(message));
  };
  std::string etag = function == nullptr ? "" : function->etag();
  if (!precondition.if_match.empty()) {
    if (function == nullptr) return refuse("If-Match does not hold: there is no such function");
    if (!names(precondition.if_match, etag)) {
      return refuse(fmt::format("If-Match does not hold: the function is at {}", etag));
    }
  }
  if (!precondition.if_none_match.empty() && function != nullptr &&
      names(precondition.if_none_match, etag)) {
    return refuse(fmt::format("If-None-Match does not hold: the function is at {}", etag));
  }
  return {};
}

Result<FunctionChange> change_from_put(FunctionName name, const json::Value& document) {
  json::Value settings = document;
  ASSIGN_OR_RETURN(auto module, take_module(settings));
  if (!module)
    return no_module(
        "give the digest of a stored module or an image, or PUT the bytes as application/wasm");
  ASSIGN_OR_RETURN(auto parsed, settings_from_json(settings));
  return FunctionChange{
      .name = std::move(name), .module = std::move(module), .settings = std::move(parsed)};
}

Result<OriginChange> origin_change_from_post(const json::Value& document) {
  json::Value settings = document;
  ASSIGN_OR_RETURN(auto origin, take_origin(settings));
  ASSIGN_OR_RETURN(auto module, take_module(settings));
  if (!module) return no_module("give the digest of a stored module or an image");
  ASSIGN_OR_RETURN(auto parsed, settings_from_json(settings));
  return OriginChange{
      .origin = std::move(origin), .module = std::move(module), .settings = std::move(parsed)};
}

Result<FunctionChange> change_from_patch(FunctionName name, const json::Value& document) {
  json::Value patch = document;
  ASSIGN_OR_RETURN(auto module, take_module(patch));
  FunctionChange change{.name = std::move(name),
                        .settings = MergeSettings{std::move(patch)},
                        .if_absent = IfAbsent::Refuse};
  change.module = std::move(module);
  return change;
}

std::string_view name_of(DeployStage stage) {
  switch (stage) {
    case DeployStage::Pulling:
      return "pulling";
    case DeployStage::Storing:
      return "storing";
    case DeployStage::Inspecting:
      return "inspecting";
    case DeployStage::Compiling:
      return "compiling";
    case DeployStage::Loading:
      return "loading";
    case DeployStage::Trying:
      return "trying";
    case DeployStage::Committing:
      return "committing";
  }
  return "";
}

}  // namespace rockpool::platform
