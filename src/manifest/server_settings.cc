#include "manifest/server_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/units.h"
#include "http/syntax/url.h"
#include "manifest/toml_document.h"

namespace rockpool::manifest {
namespace {

constexpr std::string_view kVariablePrefix = "ROCKPOOL_";
// Variables of the command line's own.
constexpr auto kOtherVariables = std::to_array<std::string_view>({"server", "token", "config"});

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t min, std::uint64_t max) {
  std::uint64_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < min || count > max) {
    return wrong(fmt::format("'{}' is no number from {} to {}", text, min, max));
  }
  return count;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    auto end = std::min(text.find(','), text.size());
    auto item = text.substr(0, end);
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

Result<void> set_address(std::string& to, const std::string& text) {
  RETURN_IF_ERROR(http::parse_host_port(text));
  to = text;
  return {};
}

using Set = Result<void> (*)(ServerSettings& settings, const std::string& text);

struct Row {
  ServerSettingRow row;
  Set set;
};

Result<void> set_ingress(ServerSettings& settings, const std::string& text) {
  return set_address(settings.ingress, text);
}
Result<void> set_control(ServerSettings& settings, const std::string& text) {
  return set_address(settings.control, text);
}

// An empty text leaves it off.
template <DialectListener ServerSettings::* kListener>
Result<void> set_dialect(ServerSettings& settings, const std::string& text) {
  if (text.empty()) return {};
  return set_address((settings.*kListener).address, text);
}

template <std::string ServerSettings::* kField>
Result<void> set_text(ServerSettings& settings, const std::string& text) {
  settings.*kField = text;
  return {};
}

template <TlsFiles ServerSettings::* kFiles, std::string TlsFiles::* kField>
Result<void> set_tls(ServerSettings& settings, const std::string& text) {
  settings.*kFiles.*kField = text;
  return {};
}

template <DialectListener ServerSettings::* kListener, std::string TlsFiles::* kField>
Result<void> set_dialect_tls(ServerSettings& settings, const std::string& text) {
  (settings.*kListener).tls.*kField = text;
  return {};
}

Result<void> set_reactors(ServerSettings& settings, const std::string& text) {
  ASSIGN_OR_RETURN(settings.reactors, parse_count(text, 0, 1024));
  return {};
}

Result<void> set_log_format(ServerSettings& settings, const std::string& text) {
  if (text != "text" && text != "json")
    return wrong(fmt::format("'{}' is none of text, json", text));
  settings.log_format = text == "json" ? LogFormat::Json : LogFormat::Text;
  return {};
}

Result<void> set_access_log(ServerSettings& settings, const std::string& text) {
  constexpr std::array<std::pair<std::string_view, AccessLog>, 3> kKinds = {
      {{"off", AccessLog::Off}, {"text", AccessLog::Text}, {"json", AccessLog::Json}}};
  for (const auto& [name, kind] : kKinds) {
    if (text != name) continue;
    settings.access_log = kind;
    return {};
  }
  return wrong(fmt::format("'{}' is none of text, json, off", text));
}

Result<void> set_public_url(ServerSettings& settings, const std::string& text) {
  ASSIGN_OR_RETURN(auto url, http::parse_url(text));
  if (url.target != "/") return wrong(fmt::format("'{}' must be scheme and host alone", text));
  settings.public_url = text;
  while (settings.public_url.ends_with('/')) settings.public_url.pop_back();
  return {};
}

Result<void> set_trusted_proxies(ServerSettings& settings, const std::string& text) {
  settings.trusted_proxies = split(text);
  return {};
}

Result<void> set_drain_delay(ServerSettings& settings, const std::string& text) {
  ASSIGN_OR_RETURN(settings.drain_delay, parse_duration(text));
  return {};
}

Result<void> set_first_quantum(ServerSettings& settings, const std::string& text) {
  ASSIGN_OR_RETURN(settings.first_quantum, parse_duration(text));
  return {};
}

Result<void> set_max_module_size(ServerSettings& settings, const std::string& text) {
  ASSIGN_OR_RETURN(auto bytes, parse_bytes(text));
  if (bytes == 0) return wrong("must not be 0");
  settings.max_module_bytes = bytes;
  return {};
}

Result<void> set_instances(ServerSettings& settings, const std::string& text) {
  ASSIGN_OR_RETURN(auto count, parse_count(text, 1, 1'000'000));
  settings.instances = static_cast<std::uint32_t>(count);
  return {};
}

Result<void> set_memory(ServerSettings& settings, const std::string& text) {
  ASSIGN_OR_RETURN(settings.memory_bytes, parse_bytes(text));
  return {};
}

Result<void> set_insecure_registries(ServerSettings& settings, const std::string& text) {
  settings.insecure_registries = split(text);
  return {};
}

Result<void> set_pull_timeout(ServerSettings& settings, const std::string& text) {
  ASSIGN_OR_RETURN(settings.pull_timeout, parse_duration(text));
  return {};
}

constexpr std::array kRows = std::to_array<Row>({
    {{"ingress", "ADDR", "where functions answer (127.0.0.1:8080; port 0 picks a free one)"},
     set_ingress},
    {{"control", "ADDR", "where operators connect (127.0.0.1:8090)"}, set_control},
    {{"wess", "ADDR", "where clients of Wess connect (off)"}, set_dialect<&ServerSettings::wess>},
    {{"wasmengine", "ADDR", "where clients of WasmEngine connect (off)"},
     set_dialect<&ServerSettings::wasmengine>},
    {{"data", "DIR", "what the server remembers ($XDG_DATA_HOME/rockpool)"},
     set_text<&ServerSettings::data>},
    {{"reactors", "N", "threads that serve requests (0: one for each core)"}, set_reactors},
    {{"log-format", "FORMAT", "of the server's log: text, json"}, set_log_format},
    {{"access-log", "FORMAT", "a line for each request: text, json, off"}, set_access_log},
    {{"tls-cert", "FILE", "certificates of the ingress listener, PEM"},
     set_tls<&ServerSettings::ingress_tls, &TlsFiles::certificate>},
    {{"tls-key", "FILE", "key of the ingress listener, PEM"},
     set_tls<&ServerSettings::ingress_tls, &TlsFiles::key>},
    {{"control-tls-cert", "FILE", "certificates of the control listener, PEM"},
     set_tls<&ServerSettings::control_tls, &TlsFiles::certificate>},
    {{"control-tls-key", "FILE", "key of the control listener, PEM"},
     set_tls<&ServerSettings::control_tls, &TlsFiles::key>},
    {{"wess-tls-cert", "FILE", "certificates of the Wess listener, PEM"},
     set_dialect_tls<&ServerSettings::wess, &TlsFiles::certificate>},
    {{"wess-tls-key", "FILE", "key of the Wess listener, PEM"},
     set_dialect_tls<&ServerSettings::wess, &TlsFiles::key>},
    {{"wasmengine-tls-cert", "FILE", "certificates of the WasmEngine listener, PEM"},
     set_dialect_tls<&ServerSettings::wasmengine, &TlsFiles::certificate>},
    {{"wasmengine-tls-key", "FILE", "key of the WasmEngine listener, PEM"},
     set_dialect_tls<&ServerSettings::wasmengine, &TlsFiles::key>},
    {{"public-url", "URL", "how callers reach the ingress, for the URLs that are printed"},
     set_public_url},
    {{"trusted-proxies", "CIDR,…", "peers whose Forwarded and X-Forwarded-* fields count"},
     set_trusted_proxies},
    {{"token-file", "FILE", "holds the tokens that open the control listener, one a line"},
     set_text<&ServerSettings::token_file>},
    {{"drain-delay", "TIME", "how long to go on accepting after SIGTERM (0s)"}, set_drain_delay},
    {{"max-module-size", "SIZE", "the largest module that is taken (64MiB)"}, set_max_module_size},
    {{"instances", "N", "places in the instance pool (2000)"}, set_instances},
    {{"memory", "SIZE", "of all instances together (0: half of the machine's)"}, set_memory},
    {{"insecure-registry", "HOST,…", "registries that may be reached without TLS"},
     set_insecure_registries},
    {{"verify-key", "FILE", "images must be signed by cosign with this key's other half, PEM"},
     set_text<&ServerSettings::verify_key>},
    {{"pull-timeout", "TIME", "how long pulling an image may take (5m)"}, set_pull_timeout},
    {{"first-quantum", "TIME", ""}, set_first_quantum},
});

constexpr auto kSettingRows = [] {
  std::array<ServerSettingRow, kRows.size()> rows;
  std::ranges::transform(kRows, rows.begin(), &Row::row);
  return rows;
}();

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  for (const Row& row : kRows) names.push_back(row.row.name);
  return names;
}

bool is_setting(std::string_view name) {
  return std::ranges::any_of(kRows, [name](const Row& row) { return row.row.name == name; });
}

std::string variable_of(std::string_view setting) {
  std::string variable(kVariablePrefix);
  for (char c : setting) {
    bool is_lower = c >= 'a' && c <= 'z';
    variable += c == '-' ? '_' : is_lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return variable;
}

std::string setting_of(std::string_view variable) {
  std::string setting;
  for (char c : variable.substr(kVariablePrefix.size())) {
    bool is_upper = c >= 'A' && c <= 'Z';
    setting += c == '_' ? '-' : is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return setting;
}

Result<std::string> text_of(const TomlEntry& entry) {
  const json::Value& value = entry.value;
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_unsigned()) return fmt::format("{}", value.get<std::uint64_t>());
  if (value.is_array()) {
    std::string joined;
    for (const json::Value& item : value) {
      if (!item.is_string()) return wrong(fmt::format("{}: must hold texts", entry.key));
      joined += (joined.empty() ? "" : ",") + item.get<std::string>();
    }
    return joined;
  }
  return wrong(fmt::format("{}: must be a text, a number or an array of texts", entry.key));
}

Result<void> check_tls(const TlsFiles& files, std::string_view prefix) {
  if (files.certificate.empty() == files.key.empty()) return {};
  return wrong(fmt::format("{0}tls-cert and {0}tls-key go together", prefix));
}

}  // namespace

std::span<const ServerSettingRow> server_setting_rows() {
  return kSettingRows;
}

Result<SettingTexts> parse_server_file(std::string_view text, std::string_view source) {
  ASSIGN_OR_RETURN(auto document, parse_toml(text, source));
  SettingTexts texts;
  for (const TomlEntry& entry : document) {
    if (entry.key == kRegistryTables) {
      RETURN_IF_ERROR(check_registries(entry, source));
      texts[entry.key] = json::dump(entry.value);
      continue;
    }
    if (!is_setting(entry.key)) {
      auto meant = nearest(entry.key, setting_names());
      Error unknown(ErrorCode::UnknownField,
                    meant.empty() ? fmt::format("there is no setting '{}'", entry.key)
                                  : fmt::format("there is no setting '{}'; did you mean '{}'?",
                                                entry.key, meant));
      return std::unexpected(at_line(source, entry.line, unknown));
    }
    auto value = text_of(entry);
    if (!value) return std::unexpected(at_line(source, entry.line, value.error()));
    ServerSettings scratch;
    const auto* row =
        std::ranges::find(kRows, entry.key, [](const Row& known) { return known.row.name; });
    if (auto set = row->set(scratch, *value); !set) {
      Error unfit(set.error().code(), fmt::format("{}: {}", entry.key, set.error().message()));
      return std::unexpected(at_line(source, entry.line, unfit));
    }
    texts[entry.key] = *std::move(value);
  }
  return texts;
}

Result<SettingTexts> settings_of_environment(std::span<const std::string> environment) {
  SettingTexts texts;
  auto names = setting_names();
  for (const std::string& variable : environment) {
    auto equals = variable.find('=');
    if (!variable.starts_with(kVariablePrefix) || equals == std::string::npos) continue;
    auto setting = setting_of(std::string_view(variable).substr(0, equals));
    if (is_setting(setting)) {
      texts[setting] = variable.substr(equals + 1);
      continue;
    }
    if (std::ranges::find(kOtherVariables, setting) != kOtherVariables.end()) continue;
    if (auto meant = nearest(setting, names); !meant.empty()) {
      return fail(ErrorCode::UnknownField,
                  fmt::format("there is no setting {}; did you mean {}?",
                              variable.substr(0, equals), variable_of(meant)));
    }
  }
  return texts;
}

Result<ServerSettings> merge_server_settings(const SettingTexts& flags,
                                             const SettingTexts& environment,
                                             const SettingTexts& file) {
  ServerSettings settings;
  for (const Row& row : kRows) {
    std::string name(row.row.name);
    const std::array<std::pair<const SettingTexts*, std::string>, 3> sources = {
        {{&flags, "--" + name}, {&environment, variable_of(name)}, {&file, name}}};
    for (const auto& [texts, origin] : sources) {
      auto given = texts->find(name);
      if (given == texts->end()) continue;
      if (auto set = row.set(settings, given->second); !set) {
        return fail(set.error().code(), fmt::format("{}: {}", origin, set.error().message()));
      }
      break;
    }
  }
  if (auto tables = file.find(kRegistryTables); tables != file.end()) {
    ASSIGN_OR_RETURN(auto value, json::parse(tables->second));
    ASSIGN_OR_RETURN(settings.registries, registries_from(value));
  }
  RETURN_IF_ERROR(check_tls(settings.ingress_tls, ""));
  RETURN_IF_ERROR(check_tls(settings.control_tls, "control-"));
  RETURN_IF_ERROR(check_tls(settings.wess.tls, "wess-"));
  RETURN_IF_ERROR(check_tls(settings.wasmengine.tls, "wasmengine-"));
  return settings;
}

Result<std::string> default_data_directory(const GetVariable& get) {
  if (auto data = get("XDG_DATA_HOME"); data && data->starts_with('/')) return *data + "/rockpool";
  if (auto home = get("HOME"); home && !home->empty()) return *home + "/.local/share/rockpool";
  return wrong("neither XDG_DATA_HOME nor HOME says where data may be kept; give --data DIR");
}

std::vector<std::string> default_config_files(const GetVariable& get) {
  std::vector<std::string> files;
  if (auto config = get("XDG_CONFIG_HOME"); config && config->starts_with('/')) {
    files.push_back(*config + "/rockpool/server.toml");
  } else if (auto home = get("HOME"); home && !home->empty()) {
    files.push_back(*home + "/.config/rockpool/server.toml");
  }
  files.emplace_back("/etc/rockpool/server.toml");
  return files;
}

}  // namespace rockpool::manifest
