#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "manifest/registry_settings.h"

namespace rockpool::manifest {

enum class AccessLog : std::uint8_t { Off, Text, Json };

// Certificate and key files in PEM; both or neither.
struct TlsFiles {
  std::string certificate;
  std::string key;
  bool is_set() const { return !certificate.empty(); }
};

// The listener of a dialect.
struct DialectListener {
  std::string address;  // empty: off
  TlsFiles tls;
  bool is_on() const { return !address.empty(); }
};

// Everything `rockpool serve` can be told. The names of flags, of keys in server.toml and, in
// capitals with '_' and ROCKPOOL_ before them, of environment variables are the same.
struct ServerSettings {
  std::string ingress = "127.0.0.1:8080";    // "ingress"
  std::string control = "127.0.0.1:8090";    // "control"
  TlsFiles ingress_tls;                      // "tls-cert", "tls-key"
  TlsFiles control_tls;                      // "control-tls-cert", "control-tls-key"
  DialectListener wess;                      // "wess", "wess-tls-cert", "wess-tls-key"
  DialectListener wasmengine;                // "wasmengine", …
  std::string data;                          // "data"; empty: default_data_directory()
  std::size_t reactors = 0;                  // "reactors"; 0: one for each core
  LogFormat log_format = LogFormat::Text;    // "log-format": text, json
  AccessLog access_log = AccessLog::Off;     // "access-log": text, json, off
  std::string public_url;                    // "public-url"; empty: that of the ingress listener
  std::vector<std::string> trusted_proxies;  // "trusted-proxies": CIDR,…
  std::string token_file;                    // "token-file"
  std::chrono::microseconds drain_delay{0};  // "drain-delay"
  std::uint64_t max_module_bytes = 64ULL << 20;  // "max-module-size"
  std::uint32_t instances = 2000;                // "instances": places in the pool
  std::uint64_t memory_bytes = 0;                // "memory" of all instances; 0: half of RAM
  std::vector<std::string> insecure_registries;  // "insecure-registry": HOST,…
  std::string verify_key;  // "verify-key": PEM file; all images must be signed
  std::chrono::microseconds pull_timeout = std::chrono::minutes(5);  // "pull-timeout"
  // "first-quantum": what a guest may use on its reactor before it moves to the long-run pool.
  std::chrono::microseconds first_quantum = std::chrono::milliseconds(1);
  RegistriesByHost registries;  // [registry."HOST"], in a file alone
};

// A setting for people and machines: flags, completion and the reference page are made of these.
struct ServerSettingRow {
  std::string_view name;
  std::string_view placeholder;  // "ADDR"
  std::string_view help;         // empty: for tests of the server, shown nowhere
};
std::span<const ServerSettingRow> server_setting_rows();

// Values as they were given, by setting name; the tables of registries as JSON.
using SettingTexts = std::map<std::string, std::string, std::less<>>;

// The settings of a server.toml. `source` names the file in errors. Fails with invalid-argument or
// unknown-field; the message begins with "SOURCE:LINE: ".
Result<SettingTexts> parse_server_file(std::string_view text, std::string_view source);

// ROCKPOOL_… variables of `environment` ("NAME=value" each) that are settings. Others are left
// alone, as orchestrators set such variables for services they name; one that is nearly a setting
// fails with unknown-field.
Result<SettingTexts> settings_of_environment(std::span<const std::string> environment);

// What was given on top of the defaults; flags win over environment, that over file. Fails with
// invalid-argument, naming the setting and where it was given.
Result<ServerSettings> merge_server_settings(const SettingTexts& flags,
                                             const SettingTexts& environment,
                                             const SettingTexts& file);

// `get` reads an environment variable. $XDG_DATA_HOME/rockpool, else ~/.local/share/rockpool; fails
// with invalid-argument if neither is known.
using GetVariable = std::function<std::optional<std::string>(const std::string& name)>;
Result<std::string> default_data_directory(const GetVariable& get);
// Where server.toml is looked for, first to last: $XDG_CONFIG_HOME/rockpool, else
// ~/.config/rockpool; /etc/rockpool.
std::vector<std::string> default_config_files(const GetVariable& get);

}  // namespace rockpool::manifest
