#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/module/inspection.h"
#include "platform/functions/function_settings.h"
#include "platform/invocations/invocation_request.h"
#include "platform/serving/router.h"

namespace rockpool::platform {

// A request's headers as a guest sees them. The views point into the request, the parameters and
// `names`.
struct GuestHeaders {
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  std::vector<std::string> names;  // of the fields made of parameters
};

// The request's own headers without those of its connection; x-request-id and traceparent as the
// platform knows them; the route's parameters as `rockpool-param-NAME`. What callers send under
// these names is dropped, in every spelling that CGI can't tell apart ('_' for '-').
GuestHeaders guest_headers(const InvocationRequest& request,
                           const std::vector<PathParameter>& parameters);

// Both decoded (RFC 3875 sections 4.1.5 and 4.1.13).
struct CgiPaths {
  std::string script_name;
  std::string path_info;
};
// Fails with bad-request on a broken escape or NUL.
Result<CgiPaths> cgi_paths(std::string_view path, std::size_t prefix_length);

// Whether a request's body holds the call's arguments, and nothing else: typed, json and argv.
bool takes_arguments(engine::Abi abi);

// The export that the rest of a path ("/sum", or nothing if there is just one) names, percent
// encoded, of those that a call by that abi may name. Fails with export-not-found, naming those
// there are, or with bad-request.
Result<const engine::TypedExport*> choose_export(const engine::Inspection& inspection,
                                                 engine::Abi abi, std::string_view path_below);

// Fails with export-not-found: a command is called as a whole.
Result<void> check_names_no_export(std::string_view path_below);

// The value of Allow for calls of that export.
std::string_view methods_of(const engine::TypedExport& function, const FunctionSettings& settings);

}  // namespace rockpool::platform
