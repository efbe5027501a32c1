#include "store/blob_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <string>

#include "base/testing/manual_clock.h"
#include "store/testing/failing_files.h"
#include "store/testing/temporary_directory.h"

namespace rockpool::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class BlobStoreTest : public ::testing::Test {
 protected:
  static constexpr auto kNothing = [](const Digest&) { return false; };

  void SetUp() override { reopen(); }
  void reopen() { blobs_ = *BlobStore::open(directory_.path() / "blobs", files_, clock_); }
  std::size_t files_below(const fs::path& path) {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path)) files += !entry.is_directory();
    return files;
  }

  TemporaryDirectory directory_;
  FailingFiles files_;
  ManualClock clock_;
  std::unique_ptr<BlobStore> blobs_;
};

TEST_F(BlobStoreTest, ReadReturnsWhatWasPut) {
  std::string bytes("\0asm\1\0\0\0", 8);

  auto digest = blobs_->put(bytes);

  ASSERT_TRUE(digest);
  EXPECT_EQ(*digest, Digest::of(bytes));
  EXPECT_EQ(blobs_->read(*digest), bytes);
  EXPECT_TRUE(blobs_->has(*digest));
  EXPECT_EQ(fs::relative(blobs_->path_of(*digest), directory_.path()),
            "blobs/sha256/" + digest->hex().substr(0, 2) + "/" + digest->hex());
}

TEST_F(BlobStoreTest, AnAbsentBlobIsNotFound) {
  auto digest = Digest::of("absent");

  EXPECT_FALSE(blobs_->has(digest));
  EXPECT_EQ(blobs_->read(digest).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(blobs_->open_file(digest).error().code(), ErrorCode::NotFound);
  EXPECT_TRUE(blobs_->remove(digest));
}

TEST_F(BlobStoreTest, AnOpenFileReadsTheBlob) {
  auto file = *blobs_->open_file(*blobs_->put("bytes"));
  std::string read(5, '\0');

  EXPECT_EQ(::read(file.number(), read.data(), read.size()), 5);

  EXPECT_EQ(read, "bytes");
}

TEST_F(BlobStoreTest, PutSyncsTheFileAndItsDirectories) {
  files_.fsyncs = 0;

  ASSERT_TRUE(blobs_->put("bytes"));

  // The new directory's parent, the file, and the directory it was renamed into.
  EXPECT_EQ(files_.fsyncs, 3);
}

TEST_F(BlobStoreTest, ShortWritesAreContinued) {
  files_.write_bytes = 2;

  auto digest = *blobs_->put("seven..");

  EXPECT_EQ(blobs_->read(digest), "seven..");
}

TEST_F(BlobStoreTest, ADamagedBlobIsCorruptAndPutMendsIt) {
  auto digest = *blobs_->put("bytes");
  std::ofstream(blobs_->path_of(digest)) << "other";

  EXPECT_EQ(blobs_->read(digest).error().code(), ErrorCode::Corrupt);

  ASSERT_TRUE(blobs_->put("bytes"));
  EXPECT_EQ(blobs_->read(digest), "bytes");
}

TEST_F(BlobStoreTest, CopiesThatAreTooShortOrTooLongAreMended) {
  std::string bytes((1 << 20) + 7, 'x');
  auto digest = *blobs_->put(bytes);

  for (const std::string& damaged : {std::string(), bytes.substr(0, 1 << 20), bytes + "x"}) {
    std::ofstream(blobs_->path_of(digest)) << damaged;

    ASSERT_TRUE(blobs_->put(digest, bytes));

    EXPECT_EQ(blobs_->read(digest), bytes);
  }
}

TEST_F(BlobStoreTest, AFailedPutLeavesNothing) {
  struct Failure {
    int FailingFiles::* call;
    int error;
    ErrorCode code;
  };
  constexpr Failure kFailures[] = {
      {&FailingFiles::write_error, ENOSPC, ErrorCode::StorageFull},
      {&FailingFiles::write_error, EDQUOT, ErrorCode::StorageFull},
      {&FailingFiles::write_error, EFBIG, ErrorCode::StorageFull},
      {&FailingFiles::write_error, EIO, ErrorCode::Io},
      {&FailingFiles::fsync_error, EIO, ErrorCode::Io},
      {&FailingFiles::fsync_error, ENOSPC, ErrorCode::StorageFull},
      {&FailingFiles::rename_error, ENOSPC, ErrorCode::StorageFull},
  };

  for (const Failure& failure : kFailures) {
    files_.*failure.call = failure.error;
    auto digest = blobs_->put("bytes");
    files_.*failure.call = 0;

    ASSERT_FALSE(digest);
    EXPECT_EQ(digest.error().code(), failure.code);
    // Callers see the message, so it names no path.
    EXPECT_THAT(digest.error().message(), Not(HasSubstr(directory_.path().string())));
    EXPECT_FALSE(blobs_->has(Digest::of("bytes")));
    EXPECT_EQ(files_below(directory_.path()), 0U);
  }
  EXPECT_TRUE(blobs_->put("bytes"));
}

TEST_F(BlobStoreTest, OpenSweepsUnfinishedWrites) {
  auto digest = *blobs_->put("bytes");
  std::ofstream(directory_.path() / "blobs" / "tmp" / "unfinished") << "half";

  reopen();

  EXPECT_EQ(files_below(directory_.path() / "blobs" / "tmp"), 0U);
  EXPECT_EQ(blobs_->read(digest), "bytes");
}

TEST_F(BlobStoreTest, ListNamesBlobsWithSizeAndTime) {
  auto digest = *blobs_->put("bytes");
  std::ofstream(directory_.path() / "blobs" / "sha256" / "stray") << "no blob";

  auto blobs = *blobs_->list();

  ASSERT_EQ(blobs.size(), 1U);
  EXPECT_EQ(blobs[0].digest, digest);
  EXPECT_EQ(blobs[0].bytes, 5U);
  EXPECT_EQ(blobs[0].put_at, clock_.wall_now());
}

TEST_F(BlobStoreTest, CollectRemovesOldBlobsThatNobodyRefersTo) {
  auto referenced = *blobs_->put("referenced");
  auto old = *blobs_->put("old");
  auto put_again = *blobs_->put("put again");
  clock_.advance(23h);
  ASSERT_TRUE(blobs_->put("put again"));
  clock_.advance(1h);

  EXPECT_EQ(blobs_->collect(24h, kNothing), 0U);
  clock_.advance(1ms);
  auto removed = blobs_->collect(24h, [&](const Digest& digest) { return digest == referenced; });

  EXPECT_EQ(removed, 1U);
  EXPECT_FALSE(blobs_->has(old));
  EXPECT_TRUE(blobs_->has(referenced));
  EXPECT_TRUE(blobs_->has(put_again));
}

TEST_F(BlobStoreTest, ARemovedBlobIsGone) {
  auto digest = *blobs_->put("bytes");

  ASSERT_TRUE(blobs_->remove(digest));

  EXPECT_FALSE(blobs_->has(digest));
}

}  // namespace
}  // namespace rockpool::store
