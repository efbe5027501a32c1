#include "registry/access/docker_config.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "base/base64.h"
#include "json/object_reader.h"
#include "registry/access/docker_hub.h"

namespace rockpool::registry {
namespace {

// Old files name hosts by URL: "https://registry.example/v1/".
std::string host_of(std::string_view key) {
  for (std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  }
  return std::string(key.substr(0, key.find('/')));
}

// "auth" is base64 of "user:password".
Result<void> add_password(std::string_view encoded, Credentials& to) {
  auto text = base64_decode(encoded);
  auto colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return fail(ErrorCode::InvalidArgument, "auth: must be base64 of USER:PASSWORD");
  }
  to.username = text->substr(0, colon);
  to.password = text->substr(colon + 1);
  while (to.password.ends_with('\0')) to.password.pop_back();  // as old versions padded it
  return {};
}

Result<std::string> text_of(json::ObjectReader& reader, std::string_view name) {
  ASSIGN_OR_RETURN(auto text, reader.optional<std::string>(name));
  return std::move(text).value_or("");
}

Result<Credentials> credentials_from(const json::Value& value, std::string path) {
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value, std::move(path)));
  Credentials credentials;
  ASSIGN_OR_RETURN(credentials.username, text_of(reader, "username"));
  ASSIGN_OR_RETURN(credentials.password, text_of(reader, "password"));
  ASSIGN_OR_RETURN(credentials.identity_token, text_of(reader, "identitytoken"));
  ASSIGN_OR_RETURN(credentials.registry_token, text_of(reader, "registrytoken"));
  ASSIGN_OR_RETURN(auto encoded, text_of(reader, "auth"));
  if (!encoded.empty()) RETURN_IF_ERROR(add_password(encoded, credentials));
  return credentials;
}

bool is_empty(const Credentials& credentials) {
  return credentials.username.empty() && credentials.identity_token.empty() &&
         credentials.registry_token.empty();
}

}  // namespace

Result<DockerConfig> DockerConfig::parse(std::string_view text) {
  ASSIGN_OR_RETURN(auto document, json::parse(text));
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(document));
  ASSIGN_OR_RETURN(auto auths, reader.optional<const json::Value*>("auths"));
  ASSIGN_OR_RETURN(auto helpers, reader.optional<json::StringMap>("credHelpers"));
  DockerConfig config;
  ASSIGN_OR_RETURN(config.helper_for_all_, text_of(reader, "credsStore"));
  if (auths && (*auths)->is_object()) {
    for (const auto& [key, value] : (*auths)->items()) {
      ASSIGN_OR_RETURN(config.kept_[host_of(key)], credentials_from(value, "auths." + key));
    }
  }
  for (auto& [key, name] : std::move(helpers).value_or(json::StringMap())) {
    config.helpers_[host_of(key)] = std::move(name);
  }
  return config;
}

Result<Credentials> DockerConfig::credentials(const std::string& registry,
                                              const AskHelper& ask) const {
  bool is_hub = registry == kHub;
  auto host = is_hub ? host_of(kHubLogin) : registry;
  auto asked = is_hub ? std::string(kHubLogin) : registry;
  if (auto helper = helpers_.find(host); helper != helpers_.end()) {
    return ask(helper->second, asked);
  }
  auto kept = kept_.find(host);
  if (kept != kept_.end() && !is_empty(kept->second)) return kept->second;
  if (!helper_for_all_.empty()) return ask(helper_for_all_, asked);
  return Credentials();
}

Result<DockerConfig> load_docker_config(const GetVariable& get) {
  auto folder = get("DOCKER_CONFIG");
  if (!folder || folder->empty()) {
    auto home = get("HOME");
    if (!home || home->empty()) return DockerConfig();
    folder = *home + "/.docker";
  }
  std::string path = *folder + "/config.json";
  std::ifstream file(path, std::ios::binary);
  if (!file) return DockerConfig();
  std::string text{std::istreambuf_iterator<char>(file), {}};
  auto config = DockerConfig::parse(text);
  if (config) return config;
  return fail(ErrorCode::InvalidArgument,
              fmt::format("{} can't be read: {}", path, config.error().message()));
}

}  // namespace rockpool::registry
