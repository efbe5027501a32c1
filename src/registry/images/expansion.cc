#include "registry/images/expansion.h"

#include <archive.h>
#include <fmt/format.h>

#include <string>

#include "base/check.h"
#include "base/units.h"

namespace rockpool::registry {
namespace {

constexpr std::size_t kPiece = std::size_t{256} * 1024;
// The compression itself and the reader of the blob.
constexpr int kFilters = 2;

std::unexpected<Error> too_much(std::string message) {
  return fail(ErrorCode::RegistryError, std::move(message));
}

class StoredBlob final : public Expander {
 public:
  StoredBlob(std::string_view blob, ExpansionBudget& budget) : rest_(blob), budget_(budget) {}

  Result<std::string_view> next() override {
    auto piece = rest_.substr(0, kPiece);
    rest_.remove_prefix(piece.size());
    RETURN_IF_ERROR(budget_.add_bytes(piece.size()));
    return piece;
  }

 private:
  std::string_view rest_;
  ExpansionBudget& budget_;
};

class CompressedBlob final : public Expander {
 public:
  explicit CompressedBlob(ExpansionBudget& budget)
      : budget_(budget), reader_(archive_read_new(), archive_read_free), piece_(kPiece, '\0') {
    CHECK(reader_ != nullptr);
  }

  Result<void> open(std::string_view blob, Compression compression) {
    archive* reader = reader_.get();
    archive_read_support_format_raw(reader);
    archive_read_support_format_empty(reader);
    if (compression == Compression::Gzip) {
      archive_read_support_filter_gzip(reader);
    } else {
      archive_read_support_filter_zstd(reader);
    }
    if (archive_read_open_memory(reader, blob.data(), blob.size()) != ARCHIVE_OK) return broken();
    archive_entry* whole = nullptr;
    int outcome = archive_read_next_header(reader, &whole);
    is_empty_ = outcome == ARCHIVE_EOF;
    if (outcome != ARCHIVE_OK && !is_empty_) return broken();
    if (archive_filter_count(reader) > kFilters) {
      return too_much("a layer of the image is compressed more than once");
    }
    return {};
  }

  Result<std::string_view> next() override {
    if (is_empty_) return std::string_view();
    la_ssize_t count = archive_read_data(reader_.get(), piece_.data(), piece_.size());
    if (count < 0) return broken();
    auto size = static_cast<std::size_t>(count);
    RETURN_IF_ERROR(budget_.add_bytes(size));
    return std::string_view(piece_).substr(0, size);
  }

 private:
  std::unexpected<Error> broken() {
    const char* why = archive_error_string(reader_.get());
    return fail(ErrorCode::RegistryError, fmt::format("a layer of the image can't be expanded: {}",
                                                      why != nullptr ? why : "it is broken"));
  }

  ExpansionBudget& budget_;
  std::unique_ptr<archive, decltype(&archive_read_free)> reader_;
  std::string piece_;
  bool is_empty_ = false;
};

}  // namespace

void ExpansionBudget::begin_layer(std::uint64_t compressed_bytes) {
  layer_ = 0;
  layer_compressed_ = compressed_bytes;
}

Result<void> ExpansionBudget::add_bytes(std::uint64_t count) {
  total_ += count;
  layer_ += count;
  if (total_ > limits_.expanded_bytes) {
    return too_much(fmt::format("the image's layers expand to more than {}",
                                format_bytes(limits_.expanded_bytes)));
  }
  if (layer_ > limits_.unrated_bytes && layer_ / limits_.ratio > layer_compressed_) {
    return too_much(
        fmt::format("a layer of the image expands to more than {} times its size", limits_.ratio));
  }
  return {};
}

Result<void> ExpansionBudget::add_file() {
  if (++files_ <= limits_.files) return {};
  return too_much(fmt::format("the image holds more than {} files", limits_.files));
}

Result<std::unique_ptr<Expander>> open_expander(std::string_view blob, Compression compression,
                                                ExpansionBudget& budget) {
  budget.begin_layer(blob.size());
  if (compression == Compression::None) return std::make_unique<StoredBlob>(blob, budget);
  auto expander = std::make_unique<CompressedBlob>(budget);
  RETURN_IF_ERROR(expander->open(blob, compression));
  return expander;
}

}  // namespace rockpool::registry
