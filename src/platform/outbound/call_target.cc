#include "platform/outbound/call_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "http/syntax/message.h"
#include "platform/functions/route_pattern.h"

namespace rockpool::platform {
namespace {

constexpr std::string_view kInternal = ".rockpool.internal";
constexpr std::string_view kHttpPort = ":80";

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

Result<CallTarget> checked(std::string_view name_text, std::string_view path_with_query) {
  auto name = FunctionName::parse(name_text);
  if (!name) {
    return fail(ErrorCode::FunctionNotFound, "a name that no function can have was called");
  }
  std::string path(path_with_query);
  if (!path.starts_with('/')) path.insert(path.begin(), '/');
  bool is_visible = std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f; });
  auto without_query = std::string_view(path).substr(0, path.find('?'));
  if (!is_visible || path.find('#') != std::string::npos || has_dot_segments(without_query)) {
    return fail(ErrorCode::BadRequest,
                fmt::format("'{}' was called with a path that is none", name->text()));
  }
  return CallTarget{*std::move(name), std::move(path)};
}

}  // namespace

Result<CallTarget> call_target(const engine::OutgoingRequest& request) {
  std::string_view authority = request.authority();
  if (request.way() == engine::OutgoingRequest::Way::Call) {
    auto name = authority.substr(0, authority.find_first_of("/?"));
    return checked(name, authority.substr(name.size()));
  }
  std::string host = lower_case(authority);
  if (host.ends_with(kHttpPort)) host.resize(host.size() - kHttpPort.size());
  if (!host.ends_with(kInternal) || request.scheme() != "http") {
    return fail(ErrorCode::CallDenied,
                fmt::format("a request to {}://{} was denied: functions reach "
                            "http://NAME.rockpool.internal and nothing else",
                            request.scheme(), authority));
  }
  host.resize(host.size() - kInternal.size());
  return checked(host, request.path_with_query());
}

}  // namespace rockpool::platform
