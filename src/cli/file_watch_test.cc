#include "cli/file_watch.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace rockpool::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{10'000};
constexpr milliseconds kQuiet{5};

class FileWatchTest : public ::testing::Test {
 protected:
  FileWatchTest() {
    std::string pattern = ::testing::TempDir() + "file-watch-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    write("module.wasm", "one");
  }
  ~FileWatchTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(FileWatchTest, HearsOfAFileThatIsWritten) {
  auto watch = FileWatch::open(path("module.wasm"));
  ASSERT_TRUE(watch);

  write("module.wasm", "two");

  EXPECT_TRUE(watch->wait(kLong, kQuiet));
}

TEST_F(FileWatchTest, HearsOfAnotherFileThatTakesItsPlace) {
  auto watch = FileWatch::open(path("module.wasm"));
  ASSERT_TRUE(watch);
  write("saved.tmp", "two");

  std::filesystem::rename(path("saved.tmp"), path("module.wasm"));
  EXPECT_TRUE(watch->wait(kLong, kQuiet));

  write("module.wasm", "three");
  EXPECT_TRUE(watch->wait(kLong, kQuiet));
}

TEST_F(FileWatchTest, ManyWritesInARowAreOneChange) {
  auto watch = FileWatch::open(path("module.wasm"));
  ASSERT_TRUE(watch);

  for (int i = 0; i < 10; ++i) write("module.wasm", "two");

  EXPECT_TRUE(watch->wait(kLong, kQuiet));
  EXPECT_FALSE(watch->wait(milliseconds(0), kQuiet));
}

TEST_F(FileWatchTest, OtherFilesOfTheFolderDoNotCount) {
  auto watch = FileWatch::open(path("module.wasm"));
  ASSERT_TRUE(watch);

  write("other.wasm", "two");

  EXPECT_FALSE(watch->wait(milliseconds(1), kQuiet));
}

TEST_F(FileWatchTest, AFolderThatDoesNotExistIsAnError) {
  EXPECT_FALSE(FileWatch::open(path("missing/module.wasm")));
}

}  // namespace
}  // namespace rockpool::cli
