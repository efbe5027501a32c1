#include "registry/pull.h"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/units.h"
#include "registry/access/registry_failure.h"
#include "registry/blob_download.h"
#include "registry/fetched_document.h"
#include "registry/images/image_files.h"
#include "registry/registry_session.h"
#include "registry/signature.h"

namespace rockpool::registry {
namespace {

namespace asio = async::asio;

// Tells what all layers together have brought, in steps worth telling.
class PullProgress {
 public:
  PullProgress(const OnPull& on_pull, std::uint64_t total) : on_pull_(on_pull), total_(total) {}

  OnBytes of_next_blob() {
    return [this](std::uint64_t received) { tell(before_ + received); };
  }
  void end_blob(std::uint64_t size) { before_ += size; }

 private:
  void tell(std::uint64_t received) {
    bool is_step = received == total_ || received >= told_ + total_ / 100;
    if (!on_pull_ || !is_step) return;
    told_ = received;
    on_pull_(received, total_);
  }

  const OnPull& on_pull_;
  const std::uint64_t total_;
  std::uint64_t before_ = 0;
  std::uint64_t told_ = 0;
};

Result<void> check_module_size(const Descriptor& layer, const PullLimits& limits) {
  if (layer.size <= limits.module_bytes) return {};
  return fail(ErrorCode::ModuleTooLarge,
              fmt::format("the image's module has {} bytes; the most that is taken are {}",
                          layer.size, format_bytes(limits.module_bytes)));
}

Result<std::uint64_t> total_size(const ArchiveLayers& layers, const PullLimits& limits) {
  std::uint64_t total = 0;
  for (const ArchiveLayer& layer : layers) {
    bool fits = layer.descriptor.size <= limits.compressed_bytes - total;
    if (!fits) {
      return fail(ErrorCode::RegistryError,
                  fmt::format("the image's layers have more than {}, the most that is taken",
                              format_bytes(limits.compressed_bytes)));
    }
    total += layer.descriptor.size;
  }
  return total;
}

Result<ImageManifest> as_manifest(ImageDocument document) {
  if (auto* manifest = std::get_if<ImageManifest>(&document)) return std::move(*manifest);
  return fail(ErrorCode::RegistryError, "the image's index leads to another index");
}

struct Module {
  std::string wasm;
  Digest digest;
};

// One pull, its session open.
class Pull {
 public:
  explicit Pull(const PullOrder& order)
      : order_(order),
        session_({.host = order.image.host,
                  .scope = {order.image.repository, "pull"},
                  .access = order.access,
                  .deadline = order.deadline}) {}

  Task<PulledModule> run();

 private:
  Task<void> verify(const Digest& digest);
  Task<ImageManifest> manifest_of(ImageDocument document);
  Task<Module> module_of(const ImageManifest& manifest);
  Task<Module> module_layer(const ModuleLayers& layers);
  Task<Module> module_in(const ArchiveLayers& layers);

  const PullOrder& order_;
  RegistrySession session_;
};

Task<PulledModule> Pull::run() {
  std::string name = order_.image.name();
  CO_ASSIGN_OR_RETURN(auto fetched,
                      co_await fetch_document(session_, name, order_.image.digest, order_.limits));
  CO_RETURN_IF_ERROR(co_await verify(fetched.digest));
  CO_ASSIGN_OR_RETURN(auto document, parse_image_document(fetched.bytes, fetched.content_type));
  CO_ASSIGN_OR_RETURN(auto manifest, co_await manifest_of(std::move(document)));
  CO_ASSIGN_OR_RETURN(auto module, co_await module_of(manifest));
  co_return PulledModule{std::move(module.wasm), module.digest, fetched.digest};
}

Task<void> Pull::verify(const Digest& digest) {
  for (const std::string* key : {&order_.access.verify_key, &order_.verify_key}) {
    if (key->empty()) continue;
    CO_RETURN_IF_ERROR(co_await verify_signature(session_, digest, *key, order_.limits));
  }
  co_return Result<void>{};
}

Task<ImageManifest> Pull::manifest_of(ImageDocument document) {
  const auto* index = std::get_if<ImageIndex>(&document);
  if (index == nullptr) co_return as_manifest(std::move(document));
  CO_ASSIGN_OR_RETURN(auto chosen, choose_manifest(*index));
  std::string name = chosen.digest.text();
  CO_ASSIGN_OR_RETURN(auto fetched,
                      co_await fetch_document(session_, name, chosen.digest, order_.limits));
  CO_ASSIGN_OR_RETURN(auto inner, parse_image_document(fetched.bytes, fetched.content_type));
  co_return as_manifest(std::move(inner));
}

Task<Module> Pull::module_of(const ImageManifest& manifest) {
  if (manifest.layers.size() > order_.limits.layers) {
    co_return fail(ErrorCode::RegistryError,
                   fmt::format("the image has more than {} layers", order_.limits.layers));
  }
  CO_ASSIGN_OR_RETURN(auto layers, choose_layers(manifest));
  if (const auto* modules = std::get_if<ModuleLayers>(&layers)) {
    co_return co_await module_layer(*modules);
  }
  const auto& archives = std::get<ArchiveLayers>(layers);
  co_return co_await module_in(archives);
}

// Their names are known beforehand: only the one that is meant is fetched.
Task<Module> Pull::module_layer(const ModuleLayers& layers) {
  std::vector<std::string> names;
  for (const Descriptor& layer : layers) {
    names.push_back(layer.title.empty() ? fmt::format("{}.wasm", names.size()) : layer.title);
  }
  CO_ASSIGN_OR_RETURN(auto chosen, choose_module(names, order_.image));
  const Descriptor& layer = layers[chosen];
  CO_RETURN_IF_ERROR(check_module_size(layer, order_.limits));
  PullProgress progress(order_.on_progress, layer.size);
  auto on_bytes = progress.of_next_blob();
  CO_ASSIGN_OR_RETURN(auto wasm, co_await download_blob(session_, layer, on_bytes));
  co_return Module{std::move(wasm), layer.digest};
}

Task<Module> Pull::module_in(const ArchiveLayers& layers) {
  CO_ASSIGN_OR_RETURN(auto total, total_size(layers, order_.limits));
  PullProgress progress(order_.on_progress, total);
  ImageFiles files(order_.image, order_.limits.module_bytes);
  ExpansionBudget budget(order_.limits);
  for (const ArchiveLayer& layer : layers) {
    auto on_bytes = progress.of_next_blob();
    CO_ASSIGN_OR_RETURN(auto blob, co_await download_blob(session_, layer.descriptor, on_bytes));
    progress.end_blob(blob.size());
    CO_ASSIGN_OR_RETURN(auto archive, open_layer(blob, layer.compression, budget));
    CO_RETURN_IF_ERROR(files.add_layer(*archive));
  }
  CO_ASSIGN_OR_RETURN(auto wasm, files.take());
  auto digest = Digest::of(wasm);
  co_return Module{std::move(wasm), digest};
}

Error described(const Error& error, const ImageReference& image) {
  Error known = as_registry_error(error);
  return {known.code(), fmt::format("{}: {}", image.text(), known.message()), known.detail()};
}

}  // namespace

Task<PulledModule> pull(PullOrder order) {
  // Cancellation is to be told as an error, not thrown.
  co_await asio::this_coro::throw_if_cancelled(false);
  Pull work(order);
  auto pulled = co_await work.run();
  if (pulled) co_return pulled;
  auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    co_return fail(ErrorCode::Cancelled, "the pull was given up");
  }
  co_return std::unexpected(described(pulled.error(), order.image));
}

}  // namespace rockpool::registry
