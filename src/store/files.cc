#include "store/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace rockpool::store {
namespace {

class SystemFiles final : public Files {
 public:
  ssize_t write(int file, std::string_view bytes) override {
    return ::write(file, bytes.data(), bytes.size());
  }
  int fsync(int file) override { return ::fsync(file); }
  int rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return std::rename(from.c_str(), to.c_str());
  }
};

Result<void> write_all(Files& files, int file, std::string_view bytes,
                       const std::filesystem::path& path) {
  while (!bytes.empty()) {
    ssize_t written = files.write(file, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      return std::unexpected(file_error(written < 0 ? errno : EIO, "write a file", path));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<FileDescriptor> create_file(const std::filesystem::path& path) {
  FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.number() < 0) return std::unexpected(file_error(errno, "create a file", path));
  return file;
}

Result<void> write_and_rename(Files& files, const std::filesystem::path& path,
                              const std::filesystem::path& temporary, std::string_view bytes) {
  ASSIGN_OR_RETURN(FileDescriptor file, create_file(temporary));
  RETURN_IF_ERROR(write_all(files, file.number(), bytes, temporary));
  if (files.fsync(file.number()) != 0)
    return std::unexpected(file_error(errno, "sync a file", temporary));
  if (files.rename(temporary, path) != 0)
    return std::unexpected(file_error(errno, "rename a file", path));
  return sync_directory(files, path.parent_path());
}

}  // namespace

Files& system_files() {
  static SystemFiles files;
  return files;
}

Error file_error(int error_number, std::string_view doing, const std::filesystem::path& path) {
  // EFBIG: a quota in the form of RLIMIT_FSIZE.
  bool full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  auto code = full                     ? ErrorCode::StorageFull
              : error_number == ENOENT ? ErrorCode::NotFound
                                       : ErrorCode::Io;
  auto reason = std::generic_category().message(error_number);
  return Error(code, fmt::format("can't {}: {}", doing, reason), path.string());
}

Result<void> create_private_directory(Files& files, const std::filesystem::path& directory) {
  struct stat found{};
  if (::stat(directory.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) return {};
    return std::unexpected(file_error(ENOTDIR, "create a directory", directory));
  }
  auto parent = directory.has_parent_path() ? directory.parent_path() : ".";
  if (parent != directory) RETURN_IF_ERROR(create_private_directory(files, parent));
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return std::unexpected(file_error(errno, "create a directory", directory));
  return sync_directory(files, parent);
}

Result<FileDescriptor> open_for_reading(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return std::unexpected(file_error(errno, "open a file", path));
  return file;
}

Result<std::string> read_file(const std::filesystem::path& path) {
  ASSIGN_OR_RETURN(FileDescriptor file, open_for_reading(path));
  struct stat status{};
  if (::fstat(file.number(), &status) != 0)
    return std::unexpected(file_error(errno, "read a file", path));
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    ssize_t count = ::read(file.number(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(file_error(errno, "read a file", path));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

Result<void> write_new(Files& files, const std::filesystem::path& path, std::string_view bytes) {
  ASSIGN_OR_RETURN(FileDescriptor file, create_file(path));
  return write_all(files, file.number(), bytes, path);
}

Result<void> write_durably(Files& files, const std::filesystem::path& path,
                           const std::filesystem::path& temporary, std::string_view bytes) {
  auto written = write_and_rename(files, path, temporary, bytes);
  // After a rename there is nothing to remove; otherwise the next open sweeps what stays.
  if (!written) (void)::unlink(temporary.c_str());
  return written;
}

Result<void> sync_directory(Files& files, const std::filesystem::path& directory) {
  auto path = directory.empty() ? std::filesystem::path(".") : directory;
  FileDescriptor opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0 || files.fsync(opened.number()) != 0)
    return std::unexpected(file_error(errno, "sync a directory", path));
  return {};
}

}  // namespace rockpool::store
