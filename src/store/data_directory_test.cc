#include "store/data_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "store/testing/failing_files.h"
#include "store/testing/temporary_directory.h"

namespace rockpool::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

class DataDirectoryTest : public ::testing::Test {
 protected:
  auto open() { return DataDirectory::open(path_, files_); }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "new" / "data";
  FailingFiles files_;
};

TEST_F(DataDirectoryTest, IsMadeForItsOwnerAlone) {
  auto data = open();

  ASSERT_TRUE(data);
  for (const auto& part : {path_, path_ / "keys", (*data)->db(), (*data)->blobs()})
    EXPECT_EQ(mode_of(part), 0700U) << part;
  EXPECT_EQ(mode_of(path_ / "LOCK"), 0600U);
}

TEST_F(DataDirectoryTest, ASecondHolderIsRefusedByTheFirstsNumber) {
  auto first = *open();

  auto second = open();

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::Unavailable);
  EXPECT_THAT(second.error().message(), HasSubstr("process " + std::to_string(::getpid())));
  EXPECT_THAT(second.error().message(), HasSubstr(path_.string()));
  first.reset();
  EXPECT_TRUE(open());
}

TEST_F(DataDirectoryTest, AKeyIsMadeOnceAndKept) {
  auto key = (*open())->key("cache");

  ASSERT_TRUE(key);
  EXPECT_EQ(key->size(), 32U);
  EXPECT_EQ((*open())->key("cache"), *key);
  EXPECT_NE((*open())->key("other"), *key);
  EXPECT_EQ(mode_of(path_ / "keys" / "cache"), 0600U);
}

TEST_F(DataDirectoryTest, AKeyThatOthersMayReadIsRefused) {
  auto data = *open();
  ASSERT_TRUE(data->key("cache"));

  fs::permissions(path_ / "keys" / "cache", fs::perms::group_read, fs::perm_options::add);

  EXPECT_EQ(data->key("cache").error().code(), ErrorCode::InvalidArgument);
}

TEST_F(DataDirectoryTest, ADamagedKeyIsCorrupt) {
  auto data = *open();
  ASSERT_TRUE(data->key("cache"));

  fs::resize_file(path_ / "keys" / "cache", 31);

  EXPECT_EQ(data->key("cache").error().code(), ErrorCode::Corrupt);
}

TEST_F(DataDirectoryTest, AKeyThatCouldNotBeSyncedIsNotGivenOut) {
  auto data = *open();
  files_.fsync_error = EIO;

  EXPECT_EQ(data->key("cache").error().code(), ErrorCode::Io);

  files_.fsync_error = 0;
  EXPECT_TRUE(data->key("cache"));
}

TEST_F(DataDirectoryTest, APathThatIsAFileIsAnError) {
  std::ofstream(directory_.path() / "file") << "x";

  auto data = DataDirectory::open(directory_.path() / "file", files_);

  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code(), ErrorCode::Io);
}

}  // namespace
}  // namespace rockpool::store
