#include "registry/images/image_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/units.h"

namespace rockpool::registry {
namespace {

constexpr std::string_view kModuleMagic("\0asm", 4);
// Of the image specification, section "Whiteouts".
constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaqueWhiteout = ".wh..wh..opq";
constexpr std::size_t kMaxListed = 20;

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// "bin/" of "bin/app.wasm"; empty at the root.
std::string_view folder_of(std::string_view path) {
  return path.substr(0, path.rfind('/') + 1);
}

std::string listed(const std::vector<std::string>& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (i == kMaxListed) return text + ", …";
    text += fmt::format("{}#{}", i == 0 ? "" : ", ", paths[i]);
  }
  return text;
}

// None unless exactly one fits.
std::optional<std::size_t> only_match(const std::vector<std::string>& paths, auto fits) {
  auto first = std::ranges::find_if(paths, fits);
  if (first == paths.end()) return std::nullopt;
  if (std::find_if(std::next(first), paths.end(), fits) != paths.end()) return std::nullopt;
  return static_cast<std::size_t>(first - paths.begin());
}

}  // namespace

Result<std::size_t> choose_module(const std::vector<std::string>& paths,
                                  const ImageReference& image) {
  auto unsupported = [](std::string message) {
    return fail(ErrorCode::ImageUnsupported, std::move(message));
  };
  if (paths.empty()) return unsupported("the image holds no WebAssembly file");
  const std::string& file = image.file;
  if (file.empty()) {
    if (paths.size() == 1) return 0;
    return unsupported(fmt::format(
        "the image holds several WebAssembly files; name one of them: {}", listed(paths)));
  }
  auto exact = only_match(paths, [&](const std::string& path) { return path == file; });
  if (exact) return *exact;
  auto named = only_match(paths, [&](const std::string& path) { return base_name(path) == file; });
  if (named) return *named;
  return unsupported(fmt::format("'#{}' names no WebAssembly file of the image, or several: {}",
                                 file, listed(paths)));
}

Result<void> ImageFiles::add_layer(LayerArchive& layer) {
  Modules fresh;  // whiteouts are about lower layers alone
  for (;;) {
    ASSIGN_OR_RETURN(auto entry, layer.next());
    if (!entry) break;
    const std::string& path = entry->path;
    std::string_view name = base_name(path);
    if (name == kOpaqueWhiteout) {
      remove_below(folder_of(path));
    } else if (name.starts_with(kWhiteout)) {
      remove(fmt::format("{}{}", folder_of(path), name.substr(kWhiteout.size())));
    } else if (entry->is_file) {
      remove(path);
      fresh.erase(path);
      RETURN_IF_ERROR(keep_if_module(path, layer, fresh));
    } else {
      modules_.erase(path);
    }
  }
  for (auto& [path, bytes] : fresh) modules_[path] = std::move(bytes);
  return {};
}

// By its first bytes: names say little.
Result<void> ImageFiles::keep_if_module(const std::string& path, LayerArchive& layer,
                                        Modules& fresh) {
  bool is_wanted = image_.file.empty() || path == image_.file || base_name(path) == image_.file;
  ASSIGN_OR_RETURN(auto bytes, layer.read(kModuleMagic.size()));
  if (bytes != kModuleMagic) return {};
  if (!is_wanted) {
    fresh[path] = {};  // to be listed
    return {};
  }
  ASSIGN_OR_RETURN(auto rest, layer.read(max_module_bytes_));
  if (bytes.size() + rest.size() > max_module_bytes_) {
    return fail(ErrorCode::ModuleTooLarge,
                fmt::format("'{}' of the image is larger than {}, the most that is taken", path,
                            format_bytes(max_module_bytes_)));
  }
  fresh[path] = bytes + rest;
  return {};
}

void ImageFiles::remove(std::string_view path) {
  if (auto found = modules_.find(path); found != modules_.end()) modules_.erase(found);
  remove_below(fmt::format("{}/", path));
}

void ImageFiles::remove_below(std::string_view folder) {
  auto first = modules_.lower_bound(folder);
  auto last = first;
  while (last != modules_.end() && last->first.starts_with(folder)) ++last;
  modules_.erase(first, last);
}

Result<std::string> ImageFiles::take() {
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : modules_) paths.push_back(path);
  ASSIGN_OR_RETURN(auto chosen, choose_module(paths, image_));
  return std::move(modules_[paths[chosen]]);
}

}  // namespace rockpool::registry
