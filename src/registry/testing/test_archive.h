#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rockpool::registry {

// A tar archive for tests, of entries as they are told.
class TestArchive {
 public:
  enum class Packing { None, Gzip, Zstd };

  explicit TestArchive(Packing packing = Packing::None)
      : bytes_(kMaxBytes, '\0'), writer_(archive_write_new(), archive_write_free) {
    archive_write_set_format_pax_restricted(writer_.get());
    archive_write_set_bytes_per_block(writer_.get(), 0);
    if (packing == Packing::Gzip) archive_write_add_filter_gzip(writer_.get());
    if (packing == Packing::Zstd) archive_write_add_filter_zstd(writer_.get());
    archive_write_open_memory(writer_.get(), bytes_.data(), bytes_.size(), &used_);
  }

  TestArchive& file(const std::string& path, std::string_view content) {
    add(path, AE_IFREG, content, "");
    return *this;
  }
  TestArchive& folder(const std::string& path) {
    add(path, AE_IFDIR, "", "");
    return *this;
  }
  TestArchive& hard_link(const std::string& path, const std::string& target) {
    add(path, AE_IFREG, "", target);
    return *this;
  }

  std::string finish() {
    archive_write_close(writer_.get());
    return bytes_.substr(0, used_);
  }

 private:
  static constexpr std::size_t kMaxBytes = std::size_t{4} << 20;

  void add(const std::string& path, unsigned type, std::string_view content,
           const std::string& target) {
    std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                        archive_entry_free);
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    if (!target.empty()) archive_entry_set_hardlink(entry.get(), target.c_str());
    archive_write_header(writer_.get(), entry.get());
    archive_write_data(writer_.get(), content.data(), content.size());
  }

  std::string bytes_;
  std::size_t used_ = 0;
  std::unique_ptr<archive, decltype(&archive_write_free)> writer_;
};

}  // namespace rockpool::registry
