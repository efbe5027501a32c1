#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace rockpool::registry {

// What a manifest says of a blob or of another manifest.
struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size = 0;
  std::string platform = {};   // "wasi/wasm", in an index; empty if none is given
  std::string title = {};      // the name of a file that is a layer by itself
  std::string signature = {};  // of a layer that is a cosign payload; base64
  bool is_foreign = false;     // to be fetched from elsewhere
};

struct ImageManifest {
  std::string media_type;
  std::string config_type;
  std::vector<Descriptor> layers;
};

// Manifests of one image for several platforms.
struct ImageIndex {
  std::string media_type;
  std::vector<Descriptor> manifests;
};

using ImageDocument = std::variant<ImageManifest, ImageIndex>;

// The media types of documents that are taken, the preferred first: for an Accept field.
std::string_view accepted_documents();

// OCI image manifest or index, docker v2 manifest or list. `content_type` is what the registry
// says; it counts where the document does not say itself. Fails with image-unsupported for other
// documents, registry-error for what is no such document.
Result<ImageDocument> parse_image_document(std::string_view bytes, std::string_view content_type);

// The manifest in an index for a platform that modules are made for. Fails with image-unsupported,
// listing the platforms that are there.
Result<Descriptor> choose_manifest(const ImageIndex& index);

enum class Compression : std::uint8_t { None, Gzip, Zstd };

// A layer that is a tar archive.
struct ArchiveLayer {
  Descriptor descriptor;
  Compression compression = Compression::None;
};
// Layers that are modules by themselves.
using ModuleLayers = std::vector<Descriptor>;
using ArchiveLayers = std::vector<ArchiveLayer>;

// The layers to look for modules in. Fails with image-unsupported, listing the media types that are
// there, if there are others or a layer is to be fetched from elsewhere.
Result<std::variant<ModuleLayers, ArchiveLayers>> choose_layers(const ImageManifest& manifest);

}  // namespace rockpool::registry
