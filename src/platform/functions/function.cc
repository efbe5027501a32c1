#include "platform/functions/function.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/functions/route_pattern.h"

namespace rockpool::platform {

std::vector<Digest> modules_of(const Version& version) {
  std::vector<Digest> digests = {version.digest};
  for (const LinkedFunction& linked : version.links.functions)
    digests.push_back(linked.module.digest);
  return digests;
}

std::string Function::etag() const {
  return fmt::format("\"{:x}-{}\"", created.time_since_epoch().count(), revision);
}

std::shared_ptr<const Version> Function::version(std::uint64_t number) const {
  auto found = std::ranges::find(versions, number, [](const auto& kept) { return kept->number; });
  return found == versions.end() ? nullptr : *found;
}

std::vector<std::string> routes_of(const FunctionName& name, const FunctionSettings& settings) {
  if (!settings.routes.empty()) return settings.routes;
  return {"/" + name.text() + "/*"};
}

std::string url_of(const Function& function, std::string_view base) {
  auto pattern = RoutePattern::parse(routes_of(function.name, function.live->settings).front());
  std::string host;
  std::string path = "/";
  if (pattern) {  // settings hold valid routes only
    host = pattern->host();
    if (!pattern->literal_prefix().empty()) path = pattern->literal_prefix();
  }
  while (base.ends_with('/')) base.remove_suffix(1);
  if (host.empty()) return fmt::format("{}{}", base, path);

  auto authority = base.find("://");
  authority = authority == std::string_view::npos ? 0 : authority + 3;
  auto port = base.substr(authority);
  auto after_host = port.find(']') == std::string_view::npos ? 0 : port.find(']');
  auto colon = port.find(':', after_host);
  port = colon == std::string_view::npos ? "" : port.substr(colon);
  return fmt::format("{}{}{}{}", base.substr(0, authority), host, port.substr(0, port.find('/')),
                     path);
}

}  // namespace rockpool::platform
