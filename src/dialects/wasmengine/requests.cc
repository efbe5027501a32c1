#include "dialects/wasmengine/requests.h"

#include <fmt/format.h>

#include <utility>

#include "json/value.h"
#include "platform/functions/limits_json.h"

namespace rockpool::dialects::wasmengine {
namespace {

constexpr std::size_t kMaxNameBytes = 255;

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

Result<json::Value> parse_object(std::string_view body) {
  ASSIGN_OR_RETURN(auto document, json::parse(body));
  if (!document.is_object()) return bad("expected an object");
  return document;
}

// Null if it is absent.
const json::Value* find(const json::Value& object, std::string_view name) {
  auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<const json::Value*> member(const json::Value& object, std::string_view name) {
  const auto* value = find(object, name);
  if (value == nullptr) return bad(fmt::format("missing field `{}`", name));
  return value;
}

Result<std::string> text_member(const json::Value& object, std::string_view name) {
  ASSIGN_OR_RETURN(const auto* value, member(object, name));
  if (!value->is_string()) return bad(fmt::format("{}: expected a string", name));
  return value->get<std::string>();
}

Result<std::string> name_member(const json::Value& object) {
  ASSIGN_OR_RETURN(auto name, text_member(object, "function_name"));
  if (name.empty() || name.size() > kMaxNameBytes) {
    return bad(fmt::format("function_name: expected 1 to {} bytes", kMaxNameBytes));
  }
  return name;
}

}  // namespace

Result<DeployRequest> parse_deploy(std::string_view body) {
  ASSIGN_OR_RETURN(auto document, parse_object(body));
  DeployRequest request;
  ASSIGN_OR_RETURN(request.function_name, name_member(document));
  ASSIGN_OR_RETURN(request.function_image, text_member(document, "function_image"));
  ASSIGN_OR_RETURN(const auto* wasi_cap, member(document, "wasi_cap"));
  if (!wasi_cap->is_boolean()) return bad("wasi_cap: expected a boolean");
  request.wasi_cap = wasi_cap->get<bool>();
  return request;
}

Result<std::string> parse_function_name(std::string_view body) {
  ASSIGN_OR_RETURN(auto document, parse_object(body));
  return name_member(document);
}

Result<InvokeRequest> parse_invoke(std::string_view body) {
  ASSIGN_OR_RETURN(auto document, parse_object(body));
  InvokeRequest request;
  ASSIGN_OR_RETURN(request.function_name, name_member(document));
  if (const auto* arguments = find(document, "args")) request.arguments = json::dump(*arguments);
  if (const auto* limits = find(document, "limits")) {
    ASSIGN_OR_RETURN(request.limits, platform::call_limits_from_json(*limits));
  }
  return request;
}

}  // namespace rockpool::dialects::wasmengine
