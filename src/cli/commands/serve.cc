#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "cli/commands/commands.h"

namespace rockpool::cli {
namespace {

struct ServeOptions {
  std::string config;
  manifest::SettingTexts flags;
};

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::NotFound, fmt::format("can't read '{}'", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The file that --config or ROCKPOOL_CONFIG names, which must be there, or the first default one
// that is.
Result<manifest::SettingTexts> settings_of_file(const ServeOptions& options,
                                                const Session& session) {
  std::string named =
      options.config.empty() ? session.variable("ROCKPOOL_CONFIG").value_or("") : options.config;
  if (!named.empty()) {
    ASSIGN_OR_RETURN(std::string text, read_text(named));
    return manifest::parse_server_file(text, named);
  }
  auto variable = [&](const std::string& name) { return session.variable(name); };
  for (const std::string& path : manifest::default_config_files(variable)) {
    auto text = read_text(path);
    if (text) return manifest::parse_server_file(*text, path);
  }
  return manifest::SettingTexts();
}

Result<manifest::ServerSettings> settings_of(const ServeOptions& options, const Session& session) {
  ASSIGN_OR_RETURN(auto file, settings_of_file(options, session));
  ASSIGN_OR_RETURN(auto environment, manifest::settings_of_environment(session.environment));
  return manifest::merge_server_settings(options.flags, environment, file);
}

}  // namespace

void add_serve(CommandTree& tree, const ServeFunction& serve) {
  auto options = std::make_shared<ServeOptions>();
  auto& command =
      tree.add("serve", "Run the server", [options, serve](Session& session) -> Result<ExitCode> {
        auto settings = settings_of(*options, session);
        if (!settings) return session.wrong_usage(settings.error().message());
        return static_cast<ExitCode>(serve(*settings));
      });
  command
      .add_option("--config", options->config, "Settings, one `name = value` a line (server.toml)")
      ->type_name("FILE");
  for (const manifest::ServerSettingRow& row : manifest::server_setting_rows()) {
    auto* option = command.add_option_function<std::string>(
        fmt::format("--{}", row.name),
        [options, name = std::string(row.name)](const std::string& value) {
          options->flags[name] = value;
        },
        std::string(row.help));
    option->type_name(std::string(row.placeholder));
    if (row.help.empty()) option->group("");
  }
  command.footer(
      "Each option is also a variable (ROCKPOOL_INGRESS for --ingress) and a key of the file; "
      "options win over\nvariables, those over the file.");
}

}  // namespace rockpool::cli
