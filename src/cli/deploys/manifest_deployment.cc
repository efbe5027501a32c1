#include "cli/deploys/manifest_deployment.h"

#include <filesystem>
#include <set>
#include <utility>

#include "cli/deploys/deployment.h"
#include "cli/text/answer_fields.h"
#include "platform/functions/function_settings.h"

namespace rockpool::cli {
namespace {

manifest::ModuleReference beside(const std::string& file, manifest::ModuleReference module) {
  if (auto* path = std::get_if<manifest::ModulePath>(&module))
    path->path = (std::filesystem::path(file).parent_path() / path->path).string();
  return module;
}

Result<json::Value> functions_of(const ControlClient& client, const ManifestDeployment& deployment,
                                 const OnProgress& on_progress) {
  json::Value functions = json::Value::object();
  for (const manifest::FunctionEntry& entry : deployment.entries) {
    auto module =
        store_module(client, beside(deployment.file, entry.module), deployment.images, on_progress);
    if (!module) {
      const Error& error = module.error();
      return fail(error.code(), entry.name.text() + ": " + error.message());
    }
    json::Value settings = platform::to_json(entry.settings);
    settings["module"] = *module;
    bool server_pulls = module->starts_with(registry::kImageScheme);
    if (server_pulls && !deployment.images.verify_key.empty())
      settings["verify_key"] = deployment.images.verify_key;
    functions[entry.name.text()] = std::move(settings);
  }
  return functions;
}

// The functions on the server that the manifest does not name.
Result<json::Value> unnamed(const ControlClient& client, const ManifestDeployment& deployment) {
  std::set<std::string> named;
  for (const manifest::FunctionEntry& entry : deployment.entries) named.insert(entry.name.text());
  json::Value names = json::Value::array();
  ASSIGN_OR_RETURN(json::Value deployed, client.all_functions());
  for (const json::Value& function : list_at(deployed, "functions")) {
    std::string name = text_at(function, "name");
    if (!named.contains(name) && at(function, "origin").is_null()) names.push_back(name);
  }
  return names;
}

}  // namespace

Result<json::Value> deploy_manifest(const ControlClient& client,
                                    const ManifestDeployment& deployment,
                                    const OnProgress& on_progress) {
  json::Value body;
  ASSIGN_OR_RETURN(body["functions"], functions_of(client, deployment, on_progress));
  if (deployment.prune) {
    ASSIGN_OR_RETURN(body["remove"], unnamed(client, deployment));
  }
  ControlCall call{.method = "PUT",
                   .path = deployment.dry_run ? "/v1/functions?dry_run=1" : "/v1/functions",
                   .body = json::dump(body),
                   .content_type = "application/json"};
  ASSIGN_OR_RETURN(ControlAnswer answer, client.deploy(std::move(call), on_progress));
  return std::move(answer.body);
}

}  // namespace rockpool::cli
