#include "store/data_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/digest.h"

namespace rockpool::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyBytes = 32;

// Who holds the lock, as far as its file tells.
std::string holder_of(const fs::path& lock_path) {
  auto text = read_file(lock_path);
  if (!text || text->empty()) return "another process";
  return "process " + text->substr(0, text->find('\n'));
}

Result<FileDescriptor> lock(const fs::path& data) {
  auto path = data / "LOCK";
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file.number() < 0) return std::unexpected(file_error(errno, "lock the data directory", path));
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return std::unexpected(file_error(errno, "lock the data directory", path));
    return fail(ErrorCode::Unavailable,
                fmt::format("the data directory {} is in use by {}: stop that server, or choose "
                            "another directory with --data",
                            data.string(), holder_of(path)));
  }
  // The number is only for the message above, so that a disk too full for it is no reason to stop.
  auto holder = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.number(), 0) == 0) {
    (void)!::pwrite(file.number(), holder.data(), holder.size(), 0);
  }
  return file;
}

Result<std::string> read_key(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0)
    return std::unexpected(file_error(errno, "read a key", path));
  if ((status.st_mode & 077) != 0) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("others than its owner may read the key {}: chmod 600 it, or delete it "
                            "for a new one",
                            path.string()));
  }
  ASSIGN_OR_RETURN(std::string key, read_file(path));
  if (key.size() != kKeyBytes) {
    return fail(ErrorCode::Corrupt,
                fmt::format("the key {} has {} bytes instead of {}: delete it for a new one",
                            path.string(), key.size(), kKeyBytes));
  }
  return key;
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(fs::path path, Files& files) {
  RETURN_IF_ERROR(create_private_directory(files, path));
  ASSIGN_OR_RETURN(FileDescriptor held, lock(path));
  std::unique_ptr<DataDirectory> data(new DataDirectory(std::move(path), std::move(held), files));
  for (const auto& part : {data->db(), data->blobs(), data->cache(), data->path_ / "keys"})
    RETURN_IF_ERROR(create_private_directory(files, part));
  return data;
}

Result<std::string> DataDirectory::key(const std::string& name) {
  auto path = path_ / "keys" / name;
  auto key = read_key(path);
  if (key || key.error().code() != ErrorCode::NotFound) return key;
  auto made = random_bytes(kKeyBytes);
  RETURN_IF_ERROR(write_durably(files_, path, path_ / "keys" / ("." + name + ".tmp"), made));
  return made;
}

}  // namespace rockpool::store
