#include "server/puller.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/public_key.h"

namespace rockpool::server {
namespace {

using manifest::RegistrySettings;
using manifest::ServerSettings;

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    return fail(ErrorCode::InvalidArgument, "can't read " + path);
  }
  return text;
}

Result<std::string> read_key(const std::string& path) {
  if (path.empty()) return std::string();
  ASSIGN_OR_RETURN(auto pem, read_text(path));
  auto key = PublicKey::parse(pem);
  if (key) return pem;
  return fail(ErrorCode::InvalidArgument, path + ": " + key.error().message());
}

Result<std::string> password_of(const RegistrySettings& settings) {
  if (!settings.password_file.empty()) {
    ASSIGN_OR_RETURN(auto text, read_text(settings.password_file));
    return text.substr(0, text.find_first_of("\r\n"));
  }
  if (settings.password_env.empty()) return std::string();
  const char* value = std::getenv(settings.password_env.c_str());
  if (value != nullptr) return std::string(value);
  return fail(ErrorCode::InvalidArgument,
              "the variable " + settings.password_env + ", a registry's password, is not set");
}

Result<registry::Access> access_to(const ServerSettings& settings, const std::string& host) {
  auto table = settings.registries.find(host);
  RegistrySettings own = table == settings.registries.end() ? RegistrySettings() : table->second;
  registry::Access access{.ca_file = own.ca_file};
  access.credentials.username = own.username;
  ASSIGN_OR_RETURN(access.credentials.password, password_of(own));
  const auto& insecure = settings.insecure_registries;
  bool is_insecure = own.insecure || std::ranges::find(insecure, host) != insecure.end();
  if (is_insecure) access.plain_http = registry::PlainHttp::Allowed;
  const std::string& key = own.verify_key.empty() ? settings.verify_key : own.verify_key;
  ASSIGN_OR_RETURN(access.verify_key, read_key(key));
  return access;
}

}  // namespace

Result<std::unique_ptr<registry::Puller>> make_puller(const ServerSettings& settings) {
  RETURN_IF_ERROR(access_to(settings, ""));
  for (const auto& [host, table] : settings.registries) RETURN_IF_ERROR(access_to(settings, host));
  registry::Puller::Options options;
  options.find_access = [&settings](const std::string& host) { return access_to(settings, host); };
  options.limits.module_bytes = settings.max_module_bytes;
  options.timeout = settings.pull_timeout;
  return std::make_unique<registry::Puller>(std::move(options));
}

}  // namespace rockpool::server
