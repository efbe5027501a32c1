#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "registry/images/image_reference.h"
#include "registry/images/layer_archive.h"

namespace rockpool::registry {

// Which of an image's modules its reference means: the one of that path, or of that name in any
// folder; without a name, the only one. Fails with image-unsupported, listing what is there.
Result<std::size_t> choose_module(const std::vector<std::string>& paths,
                                  const ImageReference& image);

// The modules among an image's files, its layers laid one over the other.
class ImageFiles {
 public:
  // Keeps what `image` may mean: the file it names, else all modules of `max_module_bytes` at most.
  ImageFiles(const ImageReference& image, std::uint64_t max_module_bytes)
      : image_(image), max_module_bytes_(max_module_bytes) {}

  // Lays an archive over those before: its files replace theirs, and its whiteouts (".wh.NAME")
  // remove them. Fails with registry-error, or module-too-large.
  Result<void> add_layer(LayerArchive& layer);
  // The module that the reference means. Fails as choose_module() does.
  Result<std::string> take();

 private:
  using Modules = std::map<std::string, std::string, std::less<>>;

  Result<void> keep_if_module(const std::string& path, LayerArchive& layer, Modules& fresh);
  void remove(std::string_view path);
  void remove_below(std::string_view folder);

  const ImageReference& image_;
  const std::uint64_t max_module_bytes_;
  Modules modules_;  // by path
};

}  // namespace rockpool::registry
