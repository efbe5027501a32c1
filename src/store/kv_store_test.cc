#include "store/kv_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "async/blocking.h"
#include "async/run.h"
#include "store/memory_kv_store.h"
#include "store/rocks_kv_store.h"
#include "store/testing/temporary_directory.h"

namespace rockpool::store {
namespace {

namespace fs = std::filesystem;
using async::run;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr KvLimits kSmallLimits = {.key_bytes = 8, .value_bytes = 16};

// What a store needs to live, and the store.
struct Opened {
  TemporaryDirectory directory;
  async::BlockingPool blocking{1};
  std::unique_ptr<KvStore> store;
};

struct Implementation {
  const char* name;
  std::function<std::unique_ptr<KvStore>(Opened&, KvLimits)> open;
};

std::unique_ptr<KvStore> open_rocks(Opened& opened, KvLimits limits) {
  auto store =
      open_rocks_kv_store(opened.directory.path() / "db", opened.blocking, {.limits = limits});
  CHECK(store.has_value(), store.error().to_string());
  return *std::move(store);
}

std::unique_ptr<KvStore> make_memory(Opened&, KvLimits limits) {
  return std::make_unique<MemoryKvStore>(limits);
}

// The contract of KvStore, for each implementation.
class KvStoreTest : public ::testing::TestWithParam<Implementation> {
 protected:
  void SetUp() override { reopen_with({}); }
  void reopen_with(KvLimits limits) {
    opened_.store.reset();
    opened_.store = GetParam().open(opened_, limits);
  }

  KvStore& store() { return *opened_.store; }
  Result<std::string> get(std::string bucket, std::string key) {
    return run(store().get(std::move(bucket), std::move(key)));
  }
  Result<void> commit(WriteBatch batch) { return run(store().commit(std::move(batch))); }
  Result<void> put(const std::string& bucket, const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.put(bucket, key, value);
    return commit(std::move(batch));
  }
  std::vector<std::string> keys(std::string prefix, std::string after, std::size_t limit) {
    auto found = run(store().scan("b", std::move(prefix), std::move(after), limit));
    std::vector<std::string> keys;
    for (const auto& entry : found.value()) keys.push_back(entry.key);
    return keys;
  }

 private:
  Opened opened_;
};

TEST_P(KvStoreTest, GetReturnsWhatWasCommitted) {
  WriteBatch batch;
  batch.put("users", "ann", "1");

  auto committed = commit(std::move(batch));

  ASSERT_TRUE(committed);
  EXPECT_EQ(get("users", "ann"), "1");
  EXPECT_EQ(store().get_blocking("users", "ann"), "1");
}

TEST_P(KvStoreTest, AnAbsentKeyIsNotFound) {
  EXPECT_EQ(get("users", "ann").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(store().get_blocking("users", "ann").error().code(), ErrorCode::NotFound);
}

TEST_P(KvStoreTest, AnErasedKeyIsNotFound) {
  ASSERT_TRUE(put("b", "k", "v"));
  WriteBatch batch;
  batch.erase("b", "k");
  batch.erase("b", "never was");

  ASSERT_TRUE(commit(std::move(batch)));

  EXPECT_EQ(get("b", "k").error().code(), ErrorCode::NotFound);
}

TEST_P(KvStoreTest, OperationsTakeEffectInTheirOrder) {
  WriteBatch batch;
  batch.put("b", "a", "1");
  batch.put("b", "a", "2");
  batch.put("b", "x", "1");
  batch.erase("b", "x");
  batch.erase_prefix("b", "");
  batch.put("b", "y", "after");

  ASSERT_TRUE(store().commit_blocking(std::move(batch)));

  EXPECT_THAT(keys("", "", 10), ElementsAre("y"));
}

TEST_P(KvStoreTest, BucketsDoNotMix) {
  ASSERT_TRUE(put("b", "c1", "in b"));
  ASSERT_TRUE(put("bc", "1", "in bc"));
  WriteBatch batch;
  batch.erase_prefix("bc", "");

  ASSERT_TRUE(commit(std::move(batch)));

  EXPECT_EQ(get("b", "c1"), "in b");
  EXPECT_EQ(get("bc", "1").error().code(), ErrorCode::NotFound);
  EXPECT_THAT(keys("", "", 10), ElementsAre("c1"));
}

TEST_P(KvStoreTest, ScanIsInTheOrderOfBytes) {
  for (const std::string& key : {std::string("b"), std::string("a\0", 2), std::string("\xff\xff"),
                                 std::string("a"), std::string("\x7f"), std::string("B")})
    ASSERT_TRUE(put("b", key, ""));

  EXPECT_THAT(keys("", "", 10),
              ElementsAre("B", "a", std::string("a\0", 2), "b", "\x7f", "\xff\xff"));
}

TEST_P(KvStoreTest, ScanTakesPrefixAfterAndLimit) {
  for (const char* key : {"a1", "b1", "b2", "b3", "c1"}) ASSERT_TRUE(put("b", key, ""));
  ASSERT_TRUE(put("b", "\xff", ""));

  EXPECT_THAT(keys("b", "", 2), ElementsAre("b1", "b2"));
  EXPECT_THAT(keys("b", "b2", 2), ElementsAre("b3"));
  EXPECT_THAT(keys("b", "b20", 2), ElementsAre("b3"));
  EXPECT_THAT(keys("b", "a", 2), ElementsAre("b1", "b2"));
  EXPECT_THAT(keys("b", "c", 2), IsEmpty());
  EXPECT_THAT(keys("", "c1", 9), ElementsAre("\xff"));
  EXPECT_THAT(keys("\xff", "", 9), ElementsAre("\xff"));
  EXPECT_THAT(keys("", "", 0), IsEmpty());
}

TEST_P(KvStoreTest, ErasePrefixErasesNoMore) {
  for (const char* key : {"a", "b", "b1", "b\xff\xff", "c"}) ASSERT_TRUE(put("b", key, ""));
  WriteBatch batch;
  batch.erase_prefix("b", "b");

  ASSERT_TRUE(commit(std::move(batch)));

  EXPECT_THAT(keys("", "", 10), ElementsAre("a", "c"));
}

TEST_P(KvStoreTest, ForEachVisitsAllWithThePrefixInOrder) {
  WriteBatch batch;
  for (int i = 0; i < 1000; ++i) batch.put("b", "k" + std::to_string(1000 + i), "v");
  batch.put("b", "other", "v");
  ASSERT_TRUE(commit(std::move(batch)));
  std::vector<std::string> visited;

  auto result = store().for_each_blocking("b", "k", [&](std::string_view key, std::string_view) {
    visited.emplace_back(key);
    return Result<void>{};
  });

  ASSERT_TRUE(result);
  ASSERT_EQ(visited.size(), 1000U);
  EXPECT_EQ(visited.front(), "k1000");
  EXPECT_EQ(visited.back(), "k1999");
}

TEST_P(KvStoreTest, ForEachEndsWithTheVisitorsError) {
  ASSERT_TRUE(put("b", "1", ""));
  ASSERT_TRUE(put("b", "2", ""));
  int visits = 0;

  auto result = store().for_each_blocking("b", "", [&](std::string_view, std::string_view) {
    ++visits;
    return fail(ErrorCode::Corrupt, "no record");
  });

  EXPECT_EQ(result.error().code(), ErrorCode::Corrupt);
  EXPECT_EQ(visits, 1);
}

TEST_P(KvStoreTest, LimitsHoldAndABadBatchChangesNothing) {
  reopen_with(kSmallLimits);
  WriteBatch long_value, long_key, no_key, bad_bucket, no_bucket;
  long_value.put("b", "good", "v");
  long_value.put("b", "k", std::string(17, 'v'));
  long_key.put("b", std::string(9, 'k'), "v");
  no_key.put("b", "", "v");
  bad_bucket.put("B!", "k", "v");
  no_bucket.put("", "k", "v");

  for (auto* batch : {&long_value, &long_key, &no_key, &bad_bucket, &no_bucket}) {
    EXPECT_EQ(store().commit_blocking(*batch).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(commit(std::move(*batch)).error().code(), ErrorCode::InvalidArgument);
  }
  EXPECT_TRUE(put("b", std::string(8, 'k'), std::string(16, 'v')));

  EXPECT_THAT(keys("", "", 10), ElementsAre("kkkkkkkk"));
  EXPECT_EQ(get("B!", "k").error().code(), ErrorCode::InvalidArgument);
}

TEST_P(KvStoreTest, ConcurrentCommitsAllTakeEffect) {
  constexpr int kThreads = 4, kCommits = 25;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < kCommits; ++i)
          EXPECT_TRUE(put("b", std::to_string(t) + "-" + std::to_string(i), "v"));
      });
  }

  EXPECT_EQ(keys("", "", 1000).size(), static_cast<std::size_t>(kThreads * kCommits));
}

INSTANTIATE_TEST_SUITE_P(Implementations, KvStoreTest,
                         ::testing::Values(Implementation{"Memory", make_memory},
                                           Implementation{"Rocks", open_rocks}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(MemoryKvStore, CommitsFailAsTold) {
  MemoryKvStore store;
  WriteBatch batch;
  batch.put("b", "k", "v");
  store.fail_commits(Error(ErrorCode::StorageFull, "full"));

  EXPECT_EQ(store.commit_blocking(batch).error().code(), ErrorCode::StorageFull);
  EXPECT_FALSE(store.get_blocking("b", "k"));
  store.fail_commits(std::nullopt);
  EXPECT_TRUE(store.commit_blocking(batch));
}

void put_blocking(KvStore& store, const std::string& key, const std::string& value) {
  WriteBatch batch;
  batch.put("b", key, value);
  auto committed = store.commit_blocking(std::move(batch));
  CHECK(committed.has_value(), committed.error().to_string());
}

TEST(RocksKvStore, WhatWasCommittedIsThereAfterReopening) {
  Opened opened;
  opened.store = open_rocks(opened, {});
  put_blocking(*opened.store, "k1", "v1");
  put_blocking(*opened.store, "k2", "v2");

  opened.store.reset();
  opened.store = open_rocks(opened, {});

  // Nothing is cached now: these go to the disk, on the blocking pool.
  EXPECT_EQ(run(opened.store->get("b", "k1")), "v1");
  EXPECT_EQ(run(opened.store->scan("b", "", "", 10)),
            (std::vector<KeyValue>{{"k1", "v1"}, {"k2", "v2"}}));
}

TEST(RocksKvStore, WhatWasCommittedSurvivesAKill) {
  Opened opened;
  opened.store = open_rocks(opened, {});
  put_blocking(*opened.store, "k", "acknowledged");

  // What a killed process leaves is what its files hold at that instant.
  fs::copy(opened.directory.path() / "db", opened.directory.path() / "left");

  auto left = open_rocks_kv_store(opened.directory.path() / "left", opened.blocking);
  ASSERT_TRUE(left);
  EXPECT_EQ((*left)->get_blocking("b", "k"), "acknowledged");
}

void flip_a_byte(const fs::path& file, std::streamoff at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(at);
  char byte = static_cast<char>(stream.get() ^ 0x5a);
  stream.seekp(at);
  stream.put(byte);
}

TEST(RocksKvStore, DamagedDataIsCorrupt) {
  Opened opened;
  opened.store = open_rocks(opened, {});
  put_blocking(*opened.store, "k", std::string(10'000, 'v'));
  opened.store.reset();
  opened.store = open_rocks(opened, {});  // moves the data from the log to a table file
  opened.store.reset();
  for (const auto& file : fs::directory_iterator(opened.directory.path() / "db"))
    if (file.path().extension() == ".sst") flip_a_byte(file.path(), 50);

  opened.store = open_rocks(opened, {});

  EXPECT_EQ(run(opened.store->get("b", "k")).error().code(), ErrorCode::Corrupt);
  EXPECT_EQ(run(opened.store->scan("b", "", "", 10)).error().code(), ErrorCode::Corrupt);
}

TEST(RocksKvStore, ADamagedDatabaseIsNotOpened) {
  Opened opened;
  opened.store = open_rocks(opened, {});
  opened.store.reset();
  for (const auto& file : fs::directory_iterator(opened.directory.path() / "db"))
    if (file.path().filename().string().starts_with("MANIFEST")) flip_a_byte(file.path(), 20);

  auto store = open_rocks_kv_store(opened.directory.path() / "db", opened.blocking);

  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), ErrorCode::Corrupt);
}

TEST(RocksKvStore, ACopyIsTheStoreAsItWas) {
  Opened opened;
  auto store = *open_rocks_kv_store(opened.directory.path() / "db", opened.blocking);
  put_blocking(*store, "k", "before");

  ASSERT_TRUE(store->copy_to(opened.directory.path() / "copy"));
  put_blocking(*store, "k", "after");

  auto copy = *open_rocks_kv_store(opened.directory.path() / "copy", opened.blocking);
  EXPECT_EQ(copy->get_blocking("b", "k"), "before");
}

}  // namespace
}  // namespace rockpool::store
