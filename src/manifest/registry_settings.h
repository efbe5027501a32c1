#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"
#include "manifest/toml_document.h"

namespace rockpool::manifest {

// How the server reaches one registry: a [registry."HOST"] table of a server.toml. Files are read
// when an image is pulled.
struct RegistrySettings {
  std::string username;
  std::string password_file;  // "password-file": the password is its first line
  std::string password_env;   // "password-env": or in this variable
  std::string ca_file;        // "ca-file": PEM, trusted beside the system's authorities
  std::string verify_key;     // "verify-key": PEM; its images must be signed with the other half
  bool insecure = false;      // plain HTTP, where it speaks no TLS

  friend bool operator==(const RegistrySettings&, const RegistrySettings&) = default;
};

using RegistriesByHost = std::map<std::string, RegistrySettings, std::less<>>;

// The name of those tables.
inline constexpr std::string_view kRegistryTables = "registry";

// What stands in a file at that name. Fails with invalid-argument or unknown-field, naming source
// and line.
Result<void> check_registries(const TomlEntry& tables, std::string_view source);
// The same as a value.
Result<RegistriesByHost> registries_from(const json::Value& tables);

}  // namespace rockpool::manifest
