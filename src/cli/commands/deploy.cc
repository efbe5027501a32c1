#include <fmt/format.h>

#include <array>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/deploys/deployment.h"
#include "cli/deploys/manifest_deployment.h"
#include "cli/deploys/module_file.h"
#include "cli/text/answer_fields.h"
#include "platform/functions/setting_rows.h"

namespace rockpool::cli {
namespace {

struct DeployOptions {
  std::string module;
  std::string manifest;
  bool prune = false;
  std::string name;
  // What each flag of a setting was given, in the order of setting_rows().
  std::vector<std::vector<std::string>> settings =
      std::vector<std::vector<std::string>>(platform::setting_rows().size());
  bool dry_run = false;
  std::string pull = "server";
  std::vector<std::string> insecure_registries;
  std::string verify_key;
  Output output = Output::Text;
};

// Adds what a flag such as `--env NAME=VALUE` was given. Lists grow: "call=a" and then "call=b".
Result<void> add_entry(const platform::SettingRow& row, std::string_view text, json::Value& patch) {
  if (!text.contains('=')) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{} takes {}, not '{}'", row.flag.name, row.flag.form, text));
  }
  std::array assignment = {fmt::format("{}.{}", row.name, text)};
  ASSIGN_OR_RETURN(auto given, platform::settings_patch(assignment));
  json::Value& group = patch[std::string(row.name)];
  for (auto& [name, value] : given[std::string(row.name)].items()) {
    json::Value& known = group[name];
    if (!known.is_array() || !value.is_array()) {
      known = std::move(value);
      continue;
    }
    for (auto& item : value) known.push_back(std::move(item));
  }
  return {};
}

// The merge patch that the flags amount to; null if there are none.
Result<json::Value> settings_of(const DeployOptions& options) {
  json::Value patch;
  auto given = options.settings.begin();
  for (const platform::SettingRow& row : platform::setting_rows()) {
    for (const std::string& text : *given++) {
      std::string name(row.name);
      switch (row.form) {
        case platform::SettingForm::Text:
          patch[name] = text;
          break;
        case platform::SettingForm::List:
          patch[name].push_back(text);
          break;
        case platform::SettingForm::Map:
        case platform::SettingForm::Group:
          RETURN_IF_ERROR(add_entry(row, text, patch));
          break;
      }
    }
  }
  return patch;
}

Result<ImageAccess> images_of(const Session& session, const DeployOptions& options) {
  ImageAccess images = image_access_of(session);
  if (options.pull != "server" && options.pull != "client") {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("--pull takes server or client, not '{}'", options.pull));
  }
  if (options.pull == "client") images.by = PullBy::Client;
  images.insecure_registries = options.insecure_registries;
  if (!images.insecure_registries.empty() && images.by == PullBy::Server) {
    return fail(ErrorCode::InvalidArgument,
                "--insecure-registry counts with --pull=client; the server has a setting of that "
                "name for its own pulls");
  }
  if (!options.verify_key.empty()) {
    ASSIGN_OR_RETURN(images.verify_key, read_file(options.verify_key));
  }
  return images;
}

Result<DeployRequest> request_of(const Session& session, const DeployOptions& options) {
  ASSIGN_OR_RETURN(auto module, manifest::parse_module_reference(options.module));
  auto name = options.name.empty() ? default_name(module) : FunctionName::parse(options.name);
  if (!name) return std::unexpected(name.error());
  ASSIGN_OR_RETURN(json::Value settings, settings_of(options));
  ASSIGN_OR_RETURN(auto images, images_of(session, options));
  bool is_image = std::holds_alternative<registry::ImageReference>(module);
  if (!is_image && !images.verify_key.empty()) {
    return fail(ErrorCode::InvalidArgument, "--verify-key is about images, oci://…");
  }
  return DeployRequest{std::move(module), *std::move(name), std::move(settings), options.dry_run,
                       std::move(images)};
}

Result<ExitCode> deploy_one(Session& session, const DeployOptions& options) {
  auto request = request_of(session, options);
  if (!request) return session.wrong_usage(request.error().message());
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  Terminal& terminal = session.terminal;
  auto on_progress = [&](std::string_view text) { terminal.progress(text); };
  ASSIGN_OR_RETURN(json::Value function, deploy(client, *request, on_progress));
  std::string url = text_at(function, "url");
  terminal.line(options.output == Output::Json ? json::dump_pretty(function) : url);
  if (options.dry_run) {
    terminal.hint("dry run: it would answer there; nothing was changed");
  } else {
    terminal.hint(fmt::format("version {} is live; what it says: rockpool logs {} -f",
                              number_at(function, "version"), request->name.text()));
  }
  return ExitCode::Success;
}

Result<ExitCode> deploy_all(Session& session, const DeployOptions& options) {
  ASSIGN_OR_RETURN(std::string text, read_file(options.manifest));
  auto entries = manifest::parse_manifest(text, options.manifest);
  if (!entries) return session.wrong_usage(entries.error().message());
  auto images = images_of(session, options);
  if (!images) return session.wrong_usage(images.error().message());
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  Terminal& terminal = session.terminal;
  ManifestDeployment deployment{.file = options.manifest,
                                .entries = *std::move(entries),
                                .prune = options.prune,
                                .dry_run = options.dry_run,
                                .images = *std::move(images)};
  auto on_progress = [&](std::string_view stage) { terminal.progress(stage); };
  ASSIGN_OR_RETURN(json::Value answer, deploy_manifest(client, deployment, on_progress));
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(answer));
    return ExitCode::Success;
  }
  for (const json::Value& function : list_at(answer, "functions")) {
    std::string name = text_at(function, "name");
    terminal.line(text_at(function, "url"));
    terminal.hint(fmt::format("  {}: {}", name, text_at(at(answer, "effects"), name)));
  }
  return ExitCode::Success;
}

Result<ExitCode> run_deploy(Session& session, const DeployOptions& options) {
  if (options.module.empty() == options.manifest.empty())
    return session.wrong_usage(
        "deploy takes a FILE, a @SAMPLE, an oci://IMAGE, or a manifest with -f");
  return options.manifest.empty() ? deploy_one(session, options) : deploy_all(session, options);
}

void add_image_options(CLI::App& command, DeployOptions& options) {
  command
      .add_option("--pull", options.pull,
                  "Who fetches images: server (as it is set up) or client (as docker login)")
      ->type_name("WHO");
  command
      .add_option("--insecure-registry", options.insecure_registries,
                  "With --pull=client: may be reached without TLS; again for more")
      ->expected(1)
      ->take_all()
      ->type_name("HOST");
  command
      .add_option("--verify-key", options.verify_key,
                  "Images must be signed by cosign with this key's other half, PEM")
      ->type_name("FILE");
}

}  // namespace

void add_deploy(CommandTree& tree) {
  auto options = std::make_shared<DeployOptions>();
  auto& command =
      tree.add("deploy", "Make a module a live function; stdout is its URL, nothing else",
               [options](Session& session) { return run_deploy(session, *options); });
  command
      .add_option("MODULE", options->module,
                  "A .wasm file, a @SAMPLE, oci://HOST/REPO:TAG, or sha256:… as stored")
      ->type_name("");
  auto* manifest = command.add_option("-f,--file", options->manifest,
                                      "Every function of a rockpool.toml, all or nothing");
  manifest->type_name("FILE");
  command
      .add_flag("--prune", options->prune,
                "With -f: delete the functions that the file does not name")
      ->needs(manifest);
  auto for_one = [&](CLI::Option* option, std::string_view form) {
    option->type_name(std::string(form))->excludes(manifest);
  };
  for_one(command.add_option("--name", options->name, "Its name; default: that of the file"),
          "NAME");
  auto values = options->settings.begin();
  for (const platform::SettingRow& row : platform::setting_rows()) {
    auto* option =
        command.add_option(std::string(row.flag.name), *values++, std::string(row.flag.help));
    option->expected(1);
    if (row.form != platform::SettingForm::Text) option->take_all();
    for_one(option, row.flag.form);
  }
  add_image_options(command, *options);
  command.add_flag("--dry-run", options->dry_run, "Check everything, change nothing");
  add_output_option(command, options->output);
  command.footer(
      "Examples:\n"
      "  rockpool deploy hello.wasm\n"
      "  rockpool deploy @sum --name add --limit wall=1s\n"
      "  rockpool deploy oci://registry.example/team/hello:v1\n"
      "  rockpool deploy -f rockpool.toml --prune");
}

}  // namespace rockpool::cli
