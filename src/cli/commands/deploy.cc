#include <fmt/format.h>

#include <array>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/deploys/deployment.h"
#include "cli/deploys/manifest_deployment.h"
#include "cli/deploys/module_file.h"
#include "cli/text/answer_fields.h"
#include "platform/functions/function_settings.h"

namespace rockpool::cli {
namespace {

struct DeployOptions {
  std::string module;
  std::string manifest;
  bool prune = false;
  std::string name;
  std::string abi;
  std::string state;
  std::vector<std::string> routes;
  std::vector<std::string> limits;
  std::vector<std::string> env;
  std::vector<std::string> signatures;
  std::vector<std::string> links;
  std::vector<std::string> grants;
  bool dry_run = false;
  std::string pull = "server";
  std::vector<std::string> insecure_registries;
  std::string verify_key;
  Output output = Output::Text;
};

// "call=other", or several of a kind: "call=other,api-*".
Result<void> add_grant(std::string_view grant, json::Value& patch) {
  if (!grant.contains('=')) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("--grant takes KIND=VALUE such as call=other, not '{}'", grant));
  }
  std::array assignment = {fmt::format("grants.{}", grant)};
  ASSIGN_OR_RETURN(auto granted, platform::settings_patch(assignment));
  for (auto& [kind, values] : granted["grants"].items()) {
    json::Value& known = patch["grants"][kind];
    for (auto& value : values) known.push_back(std::move(value));
  }
  return {};
}

// The merge patch that the flags amount to; null if there are none.
Result<json::Value> settings_of(const DeployOptions& options) {
  std::vector<std::string> assignments;
  if (!options.abi.empty()) assignments.push_back("abi=" + options.abi);
  if (!options.state.empty()) assignments.push_back("state=" + options.state);
  for (const std::string& limit : options.limits) assignments.push_back("limits." + limit);
  for (const std::string& variable : options.env) {
    if (!variable.contains('=')) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("--env takes NAME=VALUE, not '{}'", variable));
    }
    assignments.push_back("env." + variable);
  }
  for (const std::string& signature : options.types) {
    if (!signature.contains('=')) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("--types takes EXPORT=TYPES, not '{}'", signature));
    }
    assignments.push_back("types." + signature);
  }
  for (const std::string& link : options.links) {
    if (!link.contains('=')) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("--link takes IMPORT=FUNCTION, not '{}'", link));
    }
    assignments.push_back("links." + link);
  }
  json::Value patch;
  if (!assignments.empty()) {
    ASSIGN_OR_RETURN(patch, platform::settings_patch(assignments));
  }
  for (const std::string& grant : options.grants) RETURN_IF_ERROR(add_grant(grant, patch));
  if (!options.routes.empty()) patch["routes"] = options.routes;
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
  auto for_one = [&](CLI::Option* option, const char* form) {
    option->type_name(form)->excludes(manifest);
  };
  for_one(command.add_option("--name", options->name, "Its name; default: that of the file"),
          "NAME");
  for_one(command.add_option("--abi", options->abi, "How requests reach it; default: detected"),
          "ABI");
  for_one(command.add_option("--route", options->routes, "Where it answers; may be given again")
              ->expected(1)
              ->take_all(),
          "PATTERN");
  for_one(command.add_option("--limit", options->limits, "wall=5s, memory=64MiB …; again for more")
              ->expected(1)
              ->take_all(),
          "KEY=VALUE");
  for_one(command.add_option("--env", options->env, "A variable it sees; again for more")
              ->expected(1)
              ->take_all(),
          "NAME=VALUE");
  for_one(command
              .add_option("--types", options->types,
                          "Types of a core module's export, as sum='(list<s32>) -> s64'")
              ->expected(1)
              ->take_all(),
          "EXPORT=TYPES");
  for_one(command
              .add_option("--link", options->links,
                          "The function whose module gives what is imported as env: env=mathlib")
              ->expected(1)
              ->take_all(),
          "IMPORT=FUNCTION");
  for_one(command.add_option("--state", options->state,
                             "memory: it keeps its memory between calls; default: none"),
          "MODE");
  for_one(command.add_option("--grant", options->grants, "call=NAME: it may call that function …")
              ->expected(1)
              ->take_all(),
          "KIND=VALUE");
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
