#include "registry/images/layer_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/check.h"

namespace rockpool::registry {
namespace {

constexpr std::uint64_t kReadBlock = std::uint64_t{256} * 1024;
constexpr std::size_t kTarBlock = 512;
constexpr std::array<char, kTarBlock> kZeros{};

// "./bin//app.wasm" becomes "bin/app.wasm".
Result<std::string> normal_path(std::string_view raw) {
  std::string path;
  for (std::string_view rest = raw; !rest.empty();) {
    auto end = std::min(rest.find('/'), rest.size());
    auto segment = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (segment == "..") {
      return fail(
          ErrorCode::RegistryError,
          fmt::format("a layer of the image names a path outside of it: '{}'", raw.substr(0, 200)));
    }
    if (segment.empty() || segment == ".") continue;
    if (!path.empty()) path += '/';
    path += segment;
  }
  return path;
}

// As stored; where the machine's character set can't tell it, in UTF-8.
std::string_view raw_path(archive_entry* entry) {
  const char* path = archive_entry_pathname(entry);
  if (path == nullptr) path = archive_entry_pathname_utf8(entry);
  return path != nullptr ? path : "";
}

class TarLayer final : public LayerArchive {
 public:
  TarLayer(std::unique_ptr<Expander> expander, ExpansionBudget& budget)
      : expander_(std::move(expander)),
        budget_(budget),
        reader_(archive_read_new(), archive_read_free) {
    CHECK(reader_ != nullptr);
  }

  Result<void> open() {
    archive_read_support_format_tar(reader_.get());
    archive_read_support_format_empty(reader_.get());
    if (archive_read_open(reader_.get(), this, nullptr, give_piece, nullptr) != ARCHIVE_OK) {
      return broken();
    }
    return {};
  }

  Result<std::optional<LayerEntry>> next() override {
    archive_entry* entry = nullptr;
    int outcome = archive_read_next_header(reader_.get(), &entry);
    if (outcome == ARCHIVE_EOF && !failure_) return std::nullopt;
    if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) return broken();
    RETURN_IF_ERROR(budget_.add_file());
    ASSIGN_OR_RETURN(auto path, normal_path(raw_path(entry)));
    bool is_file =
        archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr;
    return LayerEntry{std::move(path), is_file};
  }

  Result<std::string> read(std::uint64_t size) override {
    std::string bytes;
    while (bytes.size() < size) {
      std::size_t before = bytes.size();
      std::size_t wanted = std::min(size - before, kReadBlock);
      bytes.resize(before + wanted);
      la_ssize_t count = archive_read_data(reader_.get(), bytes.data() + before, wanted);
      if (count < 0) return broken();
      bytes.resize(before + static_cast<std::size_t>(count));
      if (count == 0) break;
    }
    return bytes;
  }

 private:
  static la_ssize_t give_piece(archive* reader, void* self, const void** piece) {
    auto& layer = *static_cast<TarLayer*>(self);
    auto bytes = layer.expander_->next();
    if (!bytes) {
      layer.failure_ = bytes.error();
      archive_set_error(reader, EIO, "the layer ends here");
      return ARCHIVE_FATAL;
    }
    if (bytes->empty()) return layer.give_padding(piece);
    layer.given_ += bytes->size();
    *piece = bytes->data();
    return static_cast<la_ssize_t>(bytes->size());
  }

  // Some tools (umoci insert) leave out what fills the last block of a tar archive.
  la_ssize_t give_padding(const void** piece) {
    std::size_t missing = (kTarBlock - given_ % kTarBlock) % kTarBlock;
    given_ += missing;
    *piece = kZeros.data();
    return static_cast<la_ssize_t>(missing);
  }

  std::unexpected<Error> broken() {
    if (failure_) return std::unexpected(*failure_);
    const char* why = archive_error_string(reader_.get());
    return fail(ErrorCode::RegistryError,
                fmt::format("a layer of the image is no tar archive that can be read: {}",
                            why != nullptr ? why : "it is broken"));
  }

  std::unique_ptr<Expander> expander_;
  ExpansionBudget& budget_;
  std::unique_ptr<archive, decltype(&archive_read_free)> reader_;
  std::uint64_t given_ = 0;       // bytes of the archive
  std::optional<Error> failure_;  // of the expander, which libarchive can't carry
};

}  // namespace

Result<std::unique_ptr<LayerArchive>> open_layer(std::string_view blob, Compression compression,
                                                 ExpansionBudget& budget) {
  ASSIGN_OR_RETURN(auto expander, open_expander(blob, compression, budget));
  auto layer = std::make_unique<TarLayer>(std::move(expander), budget);
  RETURN_IF_ERROR(layer->open());
  return layer;
}

}  // namespace rockpool::registry
