#include "registry/push.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "async/run.h"
#include "cli/commands/commands.h"
#include "cli/deploys/image_access.h"
#include "cli/deploys/module_file.h"
#include "cli/text/problem.h"
#include "engine/module/inspection.h"

namespace rockpool::cli {
namespace {

constexpr std::chrono::minutes kPushTimeout{10};

struct PushOptions {
  std::string module;
  std::string image;
  std::vector<std::string> insecure_registries;
};

std::string title_of(const manifest::ModuleReference& module) {
  if (const auto* file = std::get_if<manifest::ModulePath>(&module))
    return std::filesystem::path(file->path).filename().string();
  if (const auto* sample = std::get_if<manifest::SampleName>(&module))
    return sample->name + ".wasm";
  return {};
}

// What is sent is looked at first: nobody could run anything else.
Result<registry::PushedModule> read_for_push(const manifest::ModuleReference& module) {
  ASSIGN_OR_RETURN(auto bytes, read_module(module));
  auto inspection = engine::inspect(bytes);
  if (!inspection) return std::unexpected(with_reference(inspection.error()));
  registry::PushedModule pushed{.wasm = std::move(bytes), .title = title_of(module)};
  pushed.is_component = inspection->kind == engine::BinaryKind::Component;
  if (!pushed.is_component) return pushed;
  std::set<std::string> imports;
  for (const engine::Import& import : inspection->imports) imports.insert(import.module);
  pushed.imports.assign(imports.begin(), imports.end());
  for (const engine::Export& exported : inspection->exports) {
    pushed.exports.push_back(exported.name);
  }
  return pushed;
}

Result<ExitCode> run_push(Session& session, const PushOptions& options) {
  auto module = manifest::parse_module_reference(options.module);
  if (!module) return session.wrong_usage(module.error().message());
  auto image = registry::parse_image_reference(options.image);
  if (!image) return session.wrong_usage(image.error().message());
  ASSIGN_OR_RETURN(auto pushed, read_for_push(*module));
  ImageAccess images = image_access_of(session);
  images.insecure_registries = options.insecure_registries;
  ASSIGN_OR_RETURN(auto access, access_from_here(images, image->host));
  session.terminal.progress(fmt::format("pushing {}", image->text()));
  registry::PushOrder order{.image = *image,
                            .module = std::move(pushed),
                            .access = std::move(access),
                            .created = system_clock().wall_now(),
                            .deadline = std::chrono::steady_clock::now() + kPushTimeout};
  auto digest = async::run(registry::push(std::move(order)));
  if (!digest) return std::unexpected(with_reference(digest.error()));
  registry::ImageReference pinned{
      .host = image->host, .repository = image->repository, .tag = image->tag, .digest = *digest};
  session.terminal.line(pinned.text());
  session.terminal.hint(fmt::format("deploy it: rockpool deploy {}", image->text()));
  return ExitCode::Success;
}

}  // namespace

void add_push(CommandTree& tree) {
  auto options = std::make_shared<PushOptions>();
  auto& command = tree.add("push", "Put a module into a registry; stdout names it by its digest",
                           [options](Session& session) { return run_push(session, *options); });
  command.add_option("MODULE", options->module, "A .wasm file or a @SAMPLE")
      ->required()
      ->type_name("");
  command.add_option("IMAGE", options->image, "oci://HOST/REPOSITORY:TAG")
      ->required()
      ->type_name("");
  command
      .add_option("--insecure-registry", options->insecure_registries,
                  "A registry that may be reached without TLS; again for more")
      ->expected(1)
      ->take_all()
      ->type_name("HOST");
  command.footer(
      "Credentials are those of docker login: $DOCKER_CONFIG or ~/.docker/config.json, with its\n"
      "credential helpers.\n"
      "Example:\n"
      "  rockpool push hello.wasm oci://registry.example/team/hello:v1");
}

}  // namespace rockpool::cli
