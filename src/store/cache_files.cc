#include "store/cache_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include "store/mapped_file.h"

namespace rockpool::store {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr std::size_t kMaxNameBytes = 128;
constexpr std::string_view kSealSuffix = ".mac";
constexpr std::string_view kTemporaryPrefix = ".tmp-";

bool is_name(std::string_view name) {
  auto may_occur = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kMaxNameBytes && name[0] != '.' &&
         !name.ends_with(kSealSuffix) && std::ranges::all_of(name, may_occur);
}

Result<void> check_name(const std::string& name) {
  if (is_name(name)) return {};
  return fail(ErrorCode::InvalidArgument,
              fmt::format("'{}' is no name of a cache file", name.substr(0, kMaxNameBytes)));
}

std::string_view view(const Digest::Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

CacheFiles::CacheFiles(fs::path directory, std::string key, const std::string& engine, Files& files)
    : directory_(std::move(directory)),
      key_(std::move(key)),
      header_(fmt::format("rockpool machine code, format {}\nengine {}\n", kFormat,
                          Digest::of(engine).hex())),
      files_(files) {}

Result<std::unique_ptr<CacheFiles>> CacheFiles::open(fs::path directory, std::string key,
                                                     std::string engine, Files& files) {
  std::unique_ptr<CacheFiles> cache(
      new CacheFiles(std::move(directory), std::move(key), engine, files));
  RETURN_IF_ERROR(create_private_directory(files, cache->directory_));
  RETURN_IF_ERROR(cache->sweep());
  return cache;
}

Result<void> CacheFiles::sweep() {
  std::error_code error;
  fs::directory_iterator file(directory_, error);
  for (; !error && file != fs::directory_iterator(); file.increment(error)) {
    if (!file->path().filename().string().starts_with(kTemporaryPrefix)) continue;
    fs::remove(file->path(), error);
    if (error) break;
  }
  if (error) return std::unexpected(file_error(error.value(), "sweep the cache", directory_));
  return {};
}

// The HMAC covers what the seal says and the code's digest, so that the code is read only once and
// neither can be another's.
std::string CacheFiles::seal(const std::string& name, std::string_view code) const {
  auto text = fmt::format("{}name {}\nbytes {}\ncode {}\n", header_, name, code.size(),
                          Digest::of(code).text());
  return text + "hmac-sha256 " + to_hex(view(hmac_sha256(key_, text))) + "\n";
}

Result<void> CacheFiles::put(const std::string& name, std::string_view code) {
  RETURN_IF_ERROR(check_name(name));
  auto sealed = seal(name, code);
  std::lock_guard lock(mutex_);
  auto written = write(path_of(name), code);
  if (written) written = write(seal_path_of(name), sealed);
  // What can't be removed either lacks its seal and counts as absent.
  if (!written) (void)remove_locked(name);
  return written;
}

// Atomic, but not durable: after a crash a torn file fails its HMAC and is made again.
Result<void> CacheFiles::write(const fs::path& path, std::string_view bytes) {
  auto temporary = directory_ / (std::string(kTemporaryPrefix) + to_hex(random_bytes(16)));
  auto written = write_new(files_, temporary, bytes);
  if (written && files_.rename(temporary, path) != 0)
    written = std::unexpected(file_error(errno, "rename a file", path));
  // The next open sweeps what stays.
  if (!written) (void)::unlink(temporary.c_str());
  return written;
}

Result<CacheFiles::Code> CacheFiles::get(const std::string& name) {
  RETURN_IF_ERROR(check_name(name));
  {
    std::shared_lock lock(mutex_);
    auto code = verified(name);
    if (code || code.error().code() != ErrorCode::Corrupt) return code;
  }
  // It may have been replaced between the two locks.
  std::lock_guard lock(mutex_);
  auto code = verified(name);
  if (code || code.error().code() != ErrorCode::Corrupt) return code;
  RETURN_IF_ERROR(remove_locked(name));
  return fail(ErrorCode::NotFound, "the cached machine code is not this server's", name);
}

Result<CacheFiles::Code> CacheFiles::verified(const std::string& name) const {
  ASSIGN_OR_RETURN(FileDescriptor file, open_for_reading(path_of(name)));
  auto sealed = read_file(seal_path_of(name));
  if (!sealed && sealed.error().code() != ErrorCode::NotFound)
    return std::unexpected(std::move(sealed).error());
  // Another engine's code need not be read to be refused.
  if (!sealed || !sealed->starts_with(header_))
    return fail(ErrorCode::Corrupt, "the cached machine code has no seal for this engine", name);
  ASSIGN_OR_RETURN(MappedFile code, MappedFile::map(file.number()));
  if (!equal_secrets(seal(name, code.bytes()), *sealed))
    return fail(ErrorCode::Corrupt, "the cached machine code fails its HMAC", name);
  auto bytes = static_cast<std::uint64_t>(code.bytes().size());
  return Code{std::move(file), bytes};
}

Result<void> CacheFiles::remove(const std::string& name) {
  RETURN_IF_ERROR(check_name(name));
  std::lock_guard lock(mutex_);
  return remove_locked(name);
}

Result<void> CacheFiles::remove_locked(const std::string& name) {
  for (const auto& path : {path_of(name), seal_path_of(name)}) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
      return std::unexpected(file_error(errno, "remove a cache file", path));
  }
  return {};
}

Result<std::vector<std::string>> CacheFiles::names() const {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator file(directory_, error);
  for (; !error && file != fs::directory_iterator(); file.increment(error)) {
    auto name = file->path().filename().string();
    if (is_name(name)) names.push_back(std::move(name));
  }
  if (error) return std::unexpected(file_error(error.value(), "list the cache", directory_));
  return names;
}

fs::path CacheFiles::seal_path_of(const std::string& name) const {
  return directory_ / (name + std::string(kSealSuffix));
}

}  // namespace rockpool::store
