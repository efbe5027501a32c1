#include "store/blob_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace rockpool::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kComparedBytes = 1 << 20;

WallTime modified_at(const struct stat& status) {
  auto since_epoch = std::chrono::seconds(status.st_mtim.tv_sec) +
                     std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return WallTime(std::chrono::floor<std::chrono::milliseconds>(since_epoch));
}

timespec to_timespec(WallTime time) {
  auto since_epoch = time.time_since_epoch();
  auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  return {.tv_sec = seconds.count(),
          .tv_nsec = std::chrono::nanoseconds(since_epoch - seconds).count()};
}

// Empty for a file that is no blob.
std::optional<Digest> digest_of(const fs::path& file) {
  auto digest = Digest::parse("sha256:" + file.filename().string());
  if (!digest) return std::nullopt;
  return *digest;
}

}  // namespace

Result<std::unique_ptr<BlobStore>> BlobStore::open(fs::path directory, Files& files,
                                                   const Clock& clock) {
  std::unique_ptr<BlobStore> store(new BlobStore(std::move(directory), files, clock));
  RETURN_IF_ERROR(create_private_directory(files, store->directory_ / "sha256"));
  RETURN_IF_ERROR(store->sweep());
  return store;
}

Result<void> BlobStore::sweep() {
  std::error_code error;
  fs::remove_all(directory_ / "tmp", error);
  if (error) return std::unexpected(file_error(error.value(), "sweep temporary files", directory_));
  return create_private_directory(files_, directory_ / "tmp");
}

Result<Digest> BlobStore::put(std::string_view bytes) {
  auto digest = Digest::of(bytes);
  RETURN_IF_ERROR(put(digest, bytes));
  return digest;
}

Result<void> BlobStore::put(const Digest& digest, std::string_view bytes) {
  std::lock_guard lock(mutex_);
  if (holds(digest, bytes)) return touch(digest);
  auto path = path_of(digest);
  auto temporary = directory_ / "tmp" / to_hex(random_bytes(16));
  RETURN_IF_ERROR(create_private_directory(files_, path.parent_path()));
  auto written = write_durably(files_, path, temporary, bytes);
  if (written) written = touch(digest);
  if (!written) {
    // What can't be removed either is collected later, as nothing refers to it.
    (void)remove_locked(digest);
  }
  return written;
}

// Compared piece by piece, as reading all of it and digesting that costs several times as much.
bool BlobStore::holds(const Digest& digest, std::string_view bytes) const {
  auto file = open_file(digest);
  if (!file) return false;
  std::string piece(std::min(bytes.size() + 1, kComparedBytes), '\0');
  for (;;) {
    ssize_t count = ::read(file->number(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) return bytes.empty();
    auto stored = std::string_view(piece).substr(0, static_cast<std::size_t>(count));
    if (!bytes.starts_with(stored)) return false;
    bytes.remove_prefix(stored.size());
  }
}

bool BlobStore::has(const Digest& digest) const {
  return ::access(path_of(digest).c_str(), F_OK) == 0;
}

Result<std::string> BlobStore::read(const Digest& digest) const {
  ASSIGN_OR_RETURN(std::string bytes, read_file(path_of(digest)));
  if (Digest::of(bytes) != digest) {
    return fail(ErrorCode::Corrupt, fmt::format("the blob {} is damaged", digest.text()),
                path_of(digest).string());
  }
  return bytes;
}

Result<FileDescriptor> BlobStore::open_file(const Digest& digest) const {
  return open_for_reading(path_of(digest));
}

fs::path BlobStore::path_of(const Digest& digest) const {
  auto hex = digest.hex();
  return directory_ / "sha256" / hex.substr(0, 2) / hex;
}

Result<void> BlobStore::remove(const Digest& digest) {
  std::lock_guard lock(mutex_);
  return remove_locked(digest);
}

Result<void> BlobStore::remove_locked(const Digest& digest) {
  auto path = path_of(digest);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return std::unexpected(file_error(errno, "remove a blob", path));
  return {};
}

// The file's time is when it was last put, by the clock that judges its age.
Result<void> BlobStore::touch(const Digest& digest) {
  auto path = path_of(digest);
  timespec now = to_timespec(clock_.wall_now());
  timespec times[] = {now, now};
  if (::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0)
    return std::unexpected(file_error(errno, "date a blob", path));
  return {};
}

Result<std::vector<BlobStore::Blob>> BlobStore::list() const {
  std::vector<Blob> blobs;
  std::error_code error;
  fs::recursive_directory_iterator file(directory_ / "sha256", error);
  for (; !error && file != fs::recursive_directory_iterator(); file.increment(error)) {
    auto digest = digest_of(file->path());
    struct stat status{};
    // A blob may be removed between the listing and this look at it.
    if (!digest || ::stat(file->path().c_str(), &status) != 0) continue;
    blobs.push_back({*digest, static_cast<std::uint64_t>(status.st_size), modified_at(status)});
  }
  if (error) return std::unexpected(file_error(error.value(), "list blobs", directory_));
  return blobs;
}

Result<std::size_t> BlobStore::collect(std::chrono::milliseconds age,
                                       const std::function<bool(const Digest&)>& referenced) {
  std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(auto blobs, list());
  std::size_t removed = 0;
  for (const Blob& blob : blobs) {
    if (clock_.wall_now() - blob.put_at <= age || referenced(blob.digest)) continue;
    RETURN_IF_ERROR(remove_locked(blob.digest));
    ++removed;
  }
  return removed;
}

}  // namespace rockpool::store
