#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/file_descriptor.h"

namespace rockpool::store {

// The system calls that make a file durable, so that tests can let them fail. Callable from any
// thread; they return as the system calls of their names do, with errno.
class Files {
 public:
  virtual ~Files() = default;
  virtual ssize_t write(int file, std::string_view bytes) = 0;
  virtual int fsync(int file) = 0;
  virtual int rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
};

// The operating system's; lives as long as the process.
Files& system_files();

// What errno says about `doing` ("write a module"): storage-full where there is no room, not-found
// where there is no file, io otherwise. The path goes to the error's detail only.
Error file_error(int error_number, std::string_view doing, const std::filesystem::path& path);

// Creates the directory and its missing parents, of mode 0700, and makes their entries durable.
Result<void> create_private_directory(Files& files, const std::filesystem::path& directory);
// Fails with not-found if there is none.
Result<FileDescriptor> open_for_reading(const std::filesystem::path& path);
Result<std::string> read_file(const std::filesystem::path& path);
// Writes a file of mode 0600, not durably; what a failure leaves is the caller's to remove.
Result<void> write_new(Files& files, const std::filesystem::path& path, std::string_view bytes);
// The file holds `bytes`, durably and of mode 0600, when it returns. If it fails, the file is as it
// was, or complete but perhaps not durable. `temporary` is on the same file system and gone
// afterwards.
Result<void> write_durably(Files& files, const std::filesystem::path& path,
                           const std::filesystem::path& temporary, std::string_view bytes);
Result<void> sync_directory(Files& files, const std::filesystem::path& directory);

}  // namespace rockpool::store
