#include "registry/images/image_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "json/object_reader.h"

namespace rockpool::registry {
namespace {

constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view kDockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
constexpr std::string_view kDockerList =
    "application/vnd.docker.distribution.manifest.list.v2+json";

// The artifact of the CNCF first, then what older tools wrote.
constexpr auto kModuleTypes = std::to_array<std::string_view>({
    "application/wasm",
    "application/vnd.wasm.content.layer.v1+wasm",
    "application/vnd.module.wasm.content.layer.v1+wasm",
});

struct ArchiveType {
  std::string_view media_type;
  Compression compression;
};
constexpr auto kArchiveTypes = std::to_array<ArchiveType>({
    {"application/vnd.oci.image.layer.v1.tar+gzip", Compression::Gzip},
    {"application/vnd.oci.image.layer.v1.tar+zstd", Compression::Zstd},
    {"application/vnd.oci.image.layer.v1.tar", Compression::None},
    {"application/vnd.docker.image.rootfs.diff.tar.gzip", Compression::Gzip},
    {"application/vnd.docker.image.rootfs.diff.tar.zstd", Compression::Zstd},
    {"application/vnd.docker.image.rootfs.diff.tar", Compression::None},
});

// In the order in which they are chosen if an index has several.
constexpr auto kPlatforms =
    std::to_array<std::string_view>({"wasip2/wasm", "wasip1/wasm", "wasi/wasm", "wasi/wasm32"});

// Media types by which docker and OCI name layers that registries do not hold.
bool names_foreign(std::string_view media_type) {
  return media_type.contains(".foreign.") || media_type.contains(".nondistributable.");
}

std::unexpected<Error> unreadable(const std::string& why) {
  return fail(ErrorCode::RegistryError, "the image's manifest can't be read: " + why);
}

// "application/json; charset=utf-8" without its parameters.
std::string_view without_parameters(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type;
}

Result<std::string> text_of(json::ObjectReader& reader, std::string_view name) {
  ASSIGN_OR_RETURN(auto text, reader.optional<std::string>(name));
  return std::move(text).value_or("");
}

Result<std::string> platform_of(json::ObjectReader& reader) {
  ASSIGN_OR_RETURN(auto platform, reader.optional<json::ObjectReader>("platform"));
  if (!platform) return std::string();
  ASSIGN_OR_RETURN(auto system, text_of(*platform, "os"));
  ASSIGN_OR_RETURN(auto architecture, text_of(*platform, "architecture"));
  return fmt::format("{}/{}", system, architecture);
}

Result<Descriptor> descriptor_from(const json::Value& value, const std::string& path) {
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value, path));
  ASSIGN_OR_RETURN(auto media_type, reader.required<std::string>("mediaType"));
  ASSIGN_OR_RETURN(auto digest_text, reader.required<std::string>("digest"));
  ASSIGN_OR_RETURN(auto digest, Digest::parse(digest_text));
  ASSIGN_OR_RETURN(auto size, reader.required<std::uint64_t>("size"));
  Descriptor descriptor{.media_type = std::move(media_type), .digest = digest, .size = size};
  ASSIGN_OR_RETURN(descriptor.platform, platform_of(reader));
  ASSIGN_OR_RETURN(auto urls, reader.optional<std::vector<std::string>>("urls"));
  descriptor.is_foreign = (urls && !urls->empty()) || names_foreign(descriptor.media_type);
  ASSIGN_OR_RETURN(auto annotations, reader.optional<json::ObjectReader>("annotations"));
  if (annotations) {
    ASSIGN_OR_RETURN(descriptor.title, text_of(*annotations, "org.opencontainers.image.title"));
    ASSIGN_OR_RETURN(descriptor.signature,
                     text_of(*annotations, "dev.cosignproject.cosign/signature"));
  }
  return descriptor;
}

Result<std::vector<Descriptor>> descriptors_from(json::ObjectReader& reader,
                                                 std::string_view name) {
  ASSIGN_OR_RETURN(const auto* list, reader.required<const json::Value*>(name));
  if (!list->is_array()) {
    return fail(ErrorCode::InvalidArgument, fmt::format("{}: must be an array", name));
  }
  std::vector<Descriptor> descriptors;
  for (const json::Value& item : *list) {
    ASSIGN_OR_RETURN(auto descriptor,
                     descriptor_from(item, fmt::format("{}[{}]", name, descriptors.size())));
    descriptors.push_back(std::move(descriptor));
  }
  return descriptors;
}

Result<ImageDocument> document_from(json::ObjectReader& reader, std::string media_type) {
  if (media_type == kOciIndex || media_type == kDockerList) {
    ASSIGN_OR_RETURN(auto manifests, descriptors_from(reader, "manifests"));
    return ImageIndex{std::move(media_type), std::move(manifests)};
  }
  ASSIGN_OR_RETURN(const auto* config, reader.required<const json::Value*>("config"));
  ASSIGN_OR_RETURN(auto config_descriptor, descriptor_from(*config, "config"));
  ASSIGN_OR_RETURN(auto layers, descriptors_from(reader, "layers"));
  return ImageManifest{std::move(media_type), std::move(config_descriptor.media_type),
                       std::move(layers)};
}

// What is there, each once, for a person.
std::string listed(const std::set<std::string>& names) {
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string media_types_of(const ImageManifest& manifest) {
  std::set<std::string> layers;
  for (const Descriptor& layer : manifest.layers) layers.insert(layer.media_type);
  return fmt::format("manifest {}, config {}, layers {}", manifest.media_type, manifest.config_type,
                     listed(layers));
}

bool is_module(const Descriptor& layer) {
  return std::ranges::find(kModuleTypes, layer.media_type) != kModuleTypes.end();
}

const ArchiveType* archive_type_of(const Descriptor& layer) {
  const auto* type = std::ranges::find(kArchiveTypes, layer.media_type, &ArchiveType::media_type);
  return type == kArchiveTypes.end() ? nullptr : type;
}

}  // namespace

std::string_view accepted_documents() {
  return "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
         "application/vnd.docker.distribution.manifest.v2+json, "
         "application/vnd.docker.distribution.manifest.list.v2+json";
}

Result<ImageDocument> parse_image_document(std::string_view bytes, std::string_view content_type) {
  auto parsed = json::parse(bytes);
  if (!parsed) return unreadable(parsed.error().message());
  auto reader = json::ObjectReader::open(*parsed);
  if (!reader) return unreadable(reader.error().message());
  auto media_type = reader->optional<std::string>("mediaType");
  if (!media_type) return unreadable(media_type.error().message());
  std::string type = media_type->value_or(std::string(without_parameters(content_type)));
  if (type != kOciManifest && type != kOciIndex && type != kDockerManifest && type != kDockerList) {
    return fail(
        ErrorCode::ImageUnsupported,
        fmt::format("the image's manifest is of the media type '{}'; taken are those of OCI "
                    "and docker v2",
                    type.substr(0, 200)));
  }
  auto document = document_from(*reader, std::move(type));
  if (!document) return unreadable(document.error().message());
  return document;
}

Result<Descriptor> choose_manifest(const ImageIndex& index) {
  for (std::string_view platform : kPlatforms) {
    auto found = std::ranges::find(index.manifests, platform, &Descriptor::platform);
    if (found != index.manifests.end()) return *found;
  }
  // Tools that push one artifact with an index around it name no platform.
  if (index.manifests.size() == 1 && index.manifests.front().platform.empty()) {
    return index.manifests.front();
  }
  std::set<std::string> platforms;
  for (const Descriptor& manifest : index.manifests) {
    platforms.insert(manifest.platform.empty() ? "unnamed" : manifest.platform);
  }
  return fail(ErrorCode::ImageUnsupported,
              fmt::format("the image is for other platforms ({}); taken are {}", listed(platforms),
                          fmt::join(kPlatforms, ", ")));
}

Result<std::variant<ModuleLayers, ArchiveLayers>> choose_layers(const ImageManifest& manifest) {
  ModuleLayers modules;
  ArchiveLayers archives;
  std::size_t foreign = 0;
  for (const Descriptor& layer : manifest.layers) {
    if (layer.is_foreign) {
      ++foreign;
    } else if (is_module(layer)) {
      modules.push_back(layer);
    } else if (const auto* type = archive_type_of(layer)) {
      archives.push_back({layer, type->compression});
    }
  }
  if (foreign > 0) {
    return fail(
        ErrorCode::ImageUnsupported,
        fmt::format("layers of the image are to be fetched from elsewhere, which is refused "
                    "(media types: {})",
                    media_types_of(manifest)));
  }
  if (!modules.empty()) return modules;
  if (!archives.empty() && archives.size() == manifest.layers.size()) return archives;
  return fail(ErrorCode::ImageUnsupported,
              fmt::format("the image holds no WebAssembly that is known here; its media types: {}",
                          media_types_of(manifest)));
}

}  // namespace rockpool::registry
