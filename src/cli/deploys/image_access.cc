#include "cli/deploys/image_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "async/run.h"
#include "cli/text/problem.h"
#include "cli/text/progress_bar.h"
#include "registry/access/credential_helper.h"
#include "registry/pull.h"

namespace rockpool::cli {
namespace {

constexpr std::chrono::minutes kPullTimeout{10};

Result<registry::Credentials> ask_helper(const std::string& name, const std::string& host) {
  return registry::ask_credential_helper(name, host);
}

}  // namespace

ImageAccess image_access_of(const Session& session) {
  return {.variable = [&session](std::string_view name) { return session.variable(name); }};
}

Result<registry::Access> access_from_here(const ImageAccess& images, const std::string& host) {
  ASSIGN_OR_RETURN(auto config, registry::load_docker_config(images.variable));
  registry::Access access;
  ASSIGN_OR_RETURN(access.credentials, config.credentials(host, ask_helper));
  access.ca_file = images.variable("ROCKPOOL_REGISTRY_CA_FILE").value_or("");
  access.verify_key = images.verify_key;
  const auto& insecure = images.insecure_registries;
  bool is_insecure = std::ranges::find(insecure, host) != insecure.end();
  if (is_insecure) access.plain_http = registry::PlainHttp::Allowed;
  return access;
}

Result<std::string> pull_image(const ImageAccess& images, const registry::ImageReference& image,
                               const OnProgress& on_progress) {
  ASSIGN_OR_RETURN(auto access, access_from_here(images, image.host));
  registry::PullOrder order{.image = image,
                            .access = std::move(access),
                            .deadline = std::chrono::steady_clock::now() + kPullTimeout};
  order.on_progress = [&on_progress](std::uint64_t received, std::uint64_t total) {
    on_progress(fmt::format("pulling {}", progress_bar(received, total)));
  };
  auto pulled = async::run(registry::pull(std::move(order)));
  if (!pulled) return std::unexpected(with_reference(pulled.error()));
  return std::move(pulled->wasm);
}

}  // namespace rockpool::cli
