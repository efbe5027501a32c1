#include "registry/access/registry_failure.h"

#include <fmt/format.h>

#include "http/syntax/message.h"
#include "json/value.h"

namespace rockpool::registry {
namespace {

constexpr std::size_t kMaxTold = 400;

std::string member(const json::Value& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

// {"errors": [{"code": …, "message": …}]}
std::string told_by(const http::ClientResponse& response) {
  auto document = json::parse(response.body);
  if (!document || !document->is_object()) return {};
  auto errors = document->find("errors");
  if (errors == document->end() || !errors->is_array()) return {};
  std::string told;
  for (const json::Value& error : *errors) {
    if (!error.is_object() || told.size() > kMaxTold) continue;
    told += fmt::format("{}{}: {}", told.empty() ? ": " : "; ", member(error, "code"),
                        member(error, "message"));
  }
  return told.substr(0, kMaxTold);
}

}  // namespace

std::unexpected<Error> failure_of(std::string_view server, std::string_view what,
                                  const http::ClientResponse& response) {
  auto reason = http::reason_phrase(response.status);
  return fail(ErrorCode::RegistryError,
              fmt::format("{} answered {}{}{} to the request for {}{}", server, response.status,
                          reason.empty() ? "" : " ", reason, what, told_by(response)));
}

Error as_registry_error(const Error& error) {
  bool is_of_connection =
      error.code() == ErrorCode::Unavailable || error.code() == ErrorCode::Timeout;
  if (!is_of_connection) return error;
  return {ErrorCode::RegistryError, error.message(), error.detail()};
}

}  // namespace rockpool::registry
