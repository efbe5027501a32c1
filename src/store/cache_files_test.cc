#include "store/cache_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "store/testing/failing_files.h"
#include "store/testing/temporary_directory.h"

namespace rockpool::store {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string content_of(const CacheFiles::Code& code) {
  std::string content(code.bytes + 1, '\0');
  auto count = ::pread(code.file.number(), content.data(), content.size(), 0);
  content.resize(static_cast<std::size_t>(count));
  return content;
}

class CacheFilesTest : public ::testing::Test {
 protected:
  std::unique_ptr<CacheFiles> open(std::string key = "key", std::string engine = "engine 48") {
    return *CacheFiles::open(path_, std::move(key), std::move(engine), files_);
  }
  std::size_t files_left() {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }
  void expect_absent_and_removed(CacheFiles& cache, const std::string& name) {
    auto code = cache.get(name);
    ASSERT_FALSE(code);
    EXPECT_EQ(code.error().code(), ErrorCode::NotFound);
    EXPECT_FALSE(fs::exists(path_ / name));
    EXPECT_FALSE(fs::exists(path_ / (name + ".mac")));
  }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "cache";
  FailingFiles files_;
};

TEST_F(CacheFilesTest, TheFileIsTheCodeAlone) {
  auto cache = open();
  std::string machine_code(100'000, '\x90');
  ASSERT_TRUE(cache->put("code", machine_code));

  auto code = open()->get("code");

  ASSERT_TRUE(code);
  EXPECT_EQ(code->bytes, machine_code.size());
  EXPECT_EQ(content_of(*code), machine_code);
}

TEST_F(CacheFilesTest, EmptyCodeIsCodeToo) {
  auto cache = open();
  ASSERT_TRUE(cache->put("empty", ""));

  EXPECT_EQ(content_of(*cache->get("empty")), "");
}

TEST_F(CacheFilesTest, PutReplacesAndOpenFilesStayAsTheyWere) {
  auto cache = open();
  ASSERT_TRUE(cache->put("code", "old"));
  auto old = *cache->get("code");

  ASSERT_TRUE(cache->put("code", "new"));

  EXPECT_EQ(content_of(old), "old");
  EXPECT_EQ(content_of(*cache->get("code")), "new");
}

TEST_F(CacheFilesTest, ChangedCodeIsAbsent) {
  auto cache = open();
  ASSERT_TRUE(cache->put("code", "machine code"));
  std::ofstream(path_ / "code") << "machine cod3";

  expect_absent_and_removed(*cache, "code");
}

TEST_F(CacheFilesTest, TornCodeIsAbsent) {
  auto cache = open();
  ASSERT_TRUE(cache->put("code", "machine code"));
  fs::resize_file(path_ / "code", 5);

  expect_absent_and_removed(*cache, "code");
}

TEST_F(CacheFilesTest, CodeWithoutItsSealIsAbsent) {
  auto cache = open();
  ASSERT_TRUE(cache->put("code", "machine code"));
  fs::remove(path_ / "code.mac");

  expect_absent_and_removed(*cache, "code");
}

TEST_F(CacheFilesTest, AChangedSealIsNoSeal) {
  auto cache = open();
  ASSERT_TRUE(cache->put("code", "machine code"));
  std::ofstream(path_ / "code.mac", std::ios::app) << " ";

  expect_absent_and_removed(*cache, "code");
}

TEST_F(CacheFilesTest, AnotherNamesCodeIsAbsent) {
  auto cache = open();
  ASSERT_TRUE(cache->put("good", "good code"));
  ASSERT_TRUE(cache->put("evil", "evil code"));
  fs::rename(path_ / "evil", path_ / "good");
  fs::rename(path_ / "evil.mac", path_ / "good.mac");

  expect_absent_and_removed(*cache, "good");
}

TEST_F(CacheFilesTest, AnotherKeysCodeIsAbsent) {
  ASSERT_TRUE(open("their key")->put("code", "machine code"));

  expect_absent_and_removed(*open("our key"), "code");
}

TEST_F(CacheFilesTest, AnotherEnginesCodeIsAbsent) {
  ASSERT_TRUE(open("key", "engine 48")->put("code", "machine code"));

  expect_absent_and_removed(*open("key", "engine 49"), "code");
}

TEST_F(CacheFilesTest, AFailedPutLeavesNothing) {
  auto cache = open();
  for (auto call : {&FailingFiles::write_error, &FailingFiles::rename_error}) {
    files_.*call = ENOSPC;
    auto put = cache->put("code", "machine code");
    files_.*call = 0;

    EXPECT_EQ(put.error().code(), ErrorCode::StorageFull);
    EXPECT_EQ(files_left(), 0U);
  }
}

TEST_F(CacheFilesTest, OpenSweepsUnfinishedWritesAlone) {
  ASSERT_TRUE(open()->put("code", "machine code"));
  std::ofstream(path_ / ".tmp-0123") << "half";

  auto cache = open();

  EXPECT_EQ(files_left(), 2U);
  EXPECT_TRUE(cache->get("code"));
}

TEST_F(CacheFilesTest, NamesListsCodeAndRemoveForgetsIt) {
  auto cache = open();
  ASSERT_TRUE(cache->put("a", "1"));
  ASSERT_TRUE(cache->put("b", "2"));
  EXPECT_THAT(*cache->names(), UnorderedElementsAre("a", "b"));

  ASSERT_TRUE(cache->remove("a"));
  ASSERT_TRUE(cache->remove("a"));

  EXPECT_THAT(*cache->names(), ElementsAre("b"));
  EXPECT_EQ(cache->get("a").error().code(), ErrorCode::NotFound);
  ASSERT_TRUE(cache->remove("b"));
  EXPECT_EQ(files_left(), 0U);
}

TEST_F(CacheFilesTest, NamesCannotLeaveTheDirectory) {
  auto cache = open();

  for (const char* name : {"", ".", "..", "../x", "a/b", ".hidden", "x.mac", "UPPER"}) {
    EXPECT_EQ(cache->put(name, "code").error().code(), ErrorCode::InvalidArgument) << name;
    EXPECT_EQ(cache->get(name).error().code(), ErrorCode::InvalidArgument) << name;
    EXPECT_EQ(cache->remove(name).error().code(), ErrorCode::InvalidArgument) << name;
  }
  EXPECT_THAT(*cache->names(), IsEmpty());
}

}  // namespace
}  // namespace rockpool::store
