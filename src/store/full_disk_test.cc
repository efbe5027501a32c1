#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>

#include "async/run.h"
#include "base/digest.h"
#include "store/blob_store.h"
#include "store/rocks_kv_store.h"
#include "store/testing/temporary_directory.h"

// A disk that is really full: a small tmpfs, in a mount namespace of a child process.

namespace rockpool::store {
namespace {

namespace fs = std::filesystem;
using async::run;

bool mount_small_disk(const fs::path& at) {
  int namespaces = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
  return ::unshare(namespaces) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=24m") == 0;
}

bool may_mount() {
  TemporaryDirectory directory;
  pid_t child = ::fork();
  if (child == 0) ::_exit(mount_small_disk(directory.path()) ? 0 : 1);
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

void require(bool holds, const std::string& promise) {
  if (holds) return;
  fmt::print(stderr, "does not hold: {}\n", promise);
  ::_exit(1);
}

// Writes zeros until there are that many, or no room.
void fill(const fs::path& ballast, std::size_t bytes) {
  FileDescriptor file(::open(ballast.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::string zeros(4096, '\0');
  while (bytes >= zeros.size() && ::write(file.number(), zeros.data(), zeros.size()) > 0)
    bytes -= zeros.size();
}

WriteBatch batch_of(const std::string& key, std::string value) {
  WriteBatch batch;
  batch.put("b", key, std::move(value));
  return batch;
}

// Commits until the disk is full; the key that found no room.
std::string commit_until_full(KvStore& store, const std::string& prefix) {
  // Random bytes can't be compressed.
  for (int i = 0; i < 1000; ++i) {
    auto key = prefix + std::to_string(i);
    auto committed = run(store.commit(batch_of(key, random_bytes(64 << 10))));
    if (committed) continue;
    require(committed.error().code() == ErrorCode::StorageFull, committed.error().to_string());
    return key;
  }
  require(false, "a full disk is told");
  return {};
}

// RocksDB may give room back at any time, so some may still find theirs. How many did.
std::size_t put_until_full(BlobStore& blobs) {
  for (std::size_t i = 0; i < 1000; ++i) {
    auto put = blobs.put(random_bytes(64 << 10));
    if (put) continue;
    require(put.error().code() == ErrorCode::StorageFull, put.error().to_string());
    return i;
  }
  require(false, "a blob finds no room");
  return 0;
}

[[noreturn]] void a_full_disk_is_told_and_left_again() {
  TemporaryDirectory directory;
  require(mount_small_disk(directory.path()), "a tmpfs is mounted");
  async::BlockingPool blocking(1);
  RocksOptions options = {.write_buffer_bytes = 1 << 20};
  auto store = *open_rocks_kv_store(directory.path() / "db", blocking, options);
  auto blobs = *BlobStore::open(directory.path() / "blobs", system_files(), system_clock());
  require(run(store->commit(batch_of("before", "kept"))).has_value(),
          "a commit with room succeeds");
  fill(directory.path() / "ballast", 8 << 20);
  auto refused = commit_until_full(*store, "first-");
  fill(directory.path() / "the rest", SIZE_MAX);

  auto stored = put_until_full(*blobs);

  require(blobs->list()->size() == stored, "a refused blob leaves nothing");
  auto refused_again = commit_until_full(*store, "second-");
  require(run(store->get("b", "before")) == "kept", "reads go on");
  require(!run(store->get("b", refused)), "what was refused is not seen");
  require(!run(store->get("b", refused_again)), "nor what was refused later");

  fs::remove(directory.path() / "ballast");
  auto after = run(store->commit(batch_of("after", "kept")));
  require(after.has_value(), "commits succeed when there is room again");
  require(blobs->put("b").has_value(), "so do blobs");
  store.reset();
  store = *open_rocks_kv_store(directory.path() / "db", blocking, options);
  require(run(store->get("b", "before")) == "kept", "the first commit survives");
  require(run(store->get("b", "after")) == "kept", "the last commit survives");
  require(!run(store->get("b", refused)), "what was refused stays unseen");
  ::_exit(0);
}

// The reserve does not see this limit, so that it is RocksDB's own writes that fail.
[[noreturn]] void a_failed_write_is_made_after_a_new_start() {
  TemporaryDirectory directory;
  async::BlockingPool blocking(1);
  auto store = *open_rocks_kv_store(directory.path() / "db", blocking);
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit files_up_to = {.rlim_cur = 512 << 10, .rlim_max = RLIM_INFINITY};
  require(::setrlimit(RLIMIT_FSIZE, &files_up_to) == 0, "files are limited");

  for (int i = 0; i < 20; ++i) {
    auto committed = run(store->commit(batch_of(std::to_string(i), random_bytes(64 << 10))));
    require(committed.has_value(), "a commit that overflows the log is made in a new one");
  }

  store.reset();
  store = *open_rocks_kv_store(directory.path() / "db", blocking);
  require(run(store->scan("b", "", "", 100))->size() == 20, "every commit is there");
  ::_exit(0);
}

TEST(FullDiskDeathTest, AFailedWriteIsMadeAfterANewStart) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");

  EXPECT_EXIT(a_failed_write_is_made_after_a_new_start(), ::testing::ExitedWithCode(0), "");
}

TEST(FullDiskDeathTest, IsToldReadsGoOnAndWritesReturnWithTheRoom) {
  if (!may_mount()) GTEST_SKIP() << "this user may not mount a tmpfs in a namespace of its own";
  GTEST_FLAG_SET(death_test_style, "threadsafe");

  EXPECT_EXIT(a_full_disk_is_told_and_left_again(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace rockpool::store
