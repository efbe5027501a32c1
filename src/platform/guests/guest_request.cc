#include "platform/guests/guest_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "http/syntax/url.h"

namespace rockpool::platform {
namespace {

constexpr std::string_view kParameterPrefix = "rockpool-param-";

// Those of one connection (RFC 9110 section 7.6.1), and those the platform sets itself.
constexpr auto kDropped = std::to_array<std::string_view>(
    {"te", "expect", "trailer", "upgrade", "connection", "keep-alive", "traceparent",
     "x-request-id", "proxy-connection", "transfer-encoding"});

// As CGI names them: case and '_' for '-' do not count.
bool same_letter(char given, char folded) {
  if (given >= 'A' && given <= 'Z') given = static_cast<char>(given - 'A' + 'a');
  return given == folded || (given == '_' && folded == '-');
}

bool starts_folded(std::string_view name, std::string_view folded) {
  return name.size() >= folded.size() &&
         std::equal(folded.begin(), folded.end(), name.begin(),
                    [](char wanted, char given) { return same_letter(given, wanted); });
}

bool is_dropped(std::string_view name) {
  if (starts_folded(name, kParameterPrefix)) return true;
  return std::ranges::any_of(kDropped, [name](std::string_view dropped) {
    return name.size() == dropped.size() && starts_folded(name, dropped);
  });
}

Result<std::string> decode(std::string_view path) {
  auto decoded = http::percent_decode(path);
  if (!decoded || decoded->find('\0') != std::string::npos) {
    return fail(ErrorCode::BadRequest, "the path holds a broken escape or NUL");
  }
  return decoded;
}

}  // namespace

GuestHeaders guest_headers(const InvocationRequest& request,
                           const std::vector<PathParameter>& parameters) {
  GuestHeaders headers;
  headers.fields.reserve(request.headers.size() + parameters.size() + 2);
  for (const auto& field : request.headers) {
    if (!is_dropped(field.first)) headers.fields.push_back(field);
  }
  if (!request.request_id.empty()) headers.fields.emplace_back("x-request-id", request.request_id);
  if (!request.traceparent.empty()) headers.fields.emplace_back("traceparent", request.traceparent);
  headers.names.reserve(parameters.size());
  for (const auto& [name, value] : parameters) {
    headers.names.push_back(fmt::format("{}{}", kParameterPrefix, name));
    headers.fields.emplace_back(headers.names.back(), value);
  }
  return headers;
}

Result<CgiPaths> cgi_paths(std::string_view path, std::size_t prefix_length) {
  CgiPaths paths;
  ASSIGN_OR_RETURN(paths.script_name, decode(path.substr(0, prefix_length)));
  ASSIGN_OR_RETURN(paths.path_info, decode(path.substr(prefix_length)));
  return paths;
}

bool takes_arguments(engine::Abi abi) {
  return abi == engine::Abi::Typed || abi == engine::Abi::Json || abi == engine::Abi::Argv;
}

Result<const engine::TypedExport*> choose_export(const engine::Inspection& inspection,
                                                 engine::Abi abi, std::string_view path_below) {
  if (path_below.starts_with('/')) path_below.remove_prefix(1);
  ASSIGN_OR_RETURN(auto name, decode(path_below));
  std::vector<std::string_view> callable;
  const engine::TypedExport* found = nullptr;
  for (const auto& function : inspection.typed_exports) {
    if (engine::is_callable(function, abi)) {
      callable.push_back(function.name);
      if (name.empty() || function.name == name) found = &function;
    } else if (function.name == name && !function.not_callable_because.empty()) {
      return fail(ErrorCode::ExportNotFound, fmt::format("the export '{}' can't be called: {}",
                                                         name, function.not_callable_because));
    }
  }
  if (name.empty() && callable.size() > 1) {
    return fail(ErrorCode::ExportNotFound,
                fmt::format("the path must name one of the exports {}", fmt::join(callable, ", ")));
  }
  if (found == nullptr) {
    return fail(ErrorCode::ExportNotFound, fmt::format("there is no export '{}'; there are {}",
                                                       name, fmt::join(callable, ", ")));
  }
  return found;
}

Result<void> check_names_no_export(std::string_view path_below) {
  if (path_below.empty() || path_below == "/") return {};
  return fail(ErrorCode::ExportNotFound, "a command is called as a whole: nothing is below it");
}

std::string_view methods_of(const engine::TypedExport& function, const FunctionSettings& settings) {
  bool forgets = settings.reuse == engine::Reuse::Fresh && settings.state == StateMode::None;
  bool is_safe = forgets && function.parameters.empty();
  return is_safe ? "GET, HEAD, POST" : "POST";
}

}  // namespace rockpool::platform
