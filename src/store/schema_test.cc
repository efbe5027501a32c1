#include "store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/memory_kv_store.h"
#include "store/open_store.h"
#include "store/testing/failing_files.h"
#include "store/testing/temporary_directory.h"

namespace rockpool::store {
namespace {

using ::testing::HasSubstr;

void put(KvStore& store, const std::string& bucket, const std::string& key,
         const std::string& value) {
  WriteBatch batch;
  batch.put(bucket, key, value);
  auto committed = store.commit_blocking(std::move(batch));
  CHECK(committed.has_value(), committed.error().to_string());
}

Result<void> no_backup(std::uint32_t) {
  return fail(ErrorCode::Internal, "there is nothing to back up");
}

// A step that appends to the value of "k".
Schema::Step append(const std::string& text) {
  return [text](KvStore& store) -> Result<WriteBatch> {
    ASSIGN_OR_RETURN(auto value, store.get_blocking("data", "k"));
    WriteBatch batch;
    batch.put("data", "k", value + text);
    return batch;
  };
}

Result<WriteBatch> failing_step(KvStore&) {
  return fail(ErrorCode::Corrupt, "a record makes no sense");
}

TEST(Schema, ANewStoreGetsTheVersion) {
  MemoryKvStore store;

  ASSERT_TRUE(Schema({}).apply(store, no_backup));

  EXPECT_EQ(store.get_blocking("schema", "version"), "1");
}

TEST(Schema, TheSameVersionChangesNothing) {
  MemoryKvStore store;
  ASSERT_TRUE(Schema({failing_step}).apply(store, no_backup));

  EXPECT_TRUE(Schema({failing_step}).apply(store, no_backup));

  EXPECT_EQ(store.get_blocking("schema", "version"), "2");
}

TEST(Schema, ANewerStoreIsRefusedByName) {
  MemoryKvStore store;
  put(store, "schema", "version", "3");

  auto applied = Schema({}).apply(store, no_backup);

  EXPECT_EQ(applied.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(applied.error().message(), HasSubstr("schema version 3"));
  EXPECT_THAT(applied.error().message(), HasSubstr("versions up to 1"));
  EXPECT_EQ(store.get_blocking("schema", "version"), "3");
}

TEST(Schema, WhatIsNoVersionIsCorrupt) {
  for (const char* text : {"", "0", "x", "1x", "-1", "99999999999"}) {
    MemoryKvStore store;
    put(store, "schema", "version", text);

    EXPECT_EQ(Schema({}).apply(store, no_backup).error().code(), ErrorCode::Corrupt) << text;
  }
}

TEST(Schema, OlderStoresAreBackedUpOnceAndMigratedStepByStep) {
  MemoryKvStore store;
  put(store, "schema", "version", "1");
  put(store, "data", "k", "1");
  std::vector<std::uint32_t> backups;

  auto applied =
      Schema({append(">2"), append(">3")}).apply(store, [&](std::uint32_t version) -> Result<void> {
        backups.push_back(version);
        return {};
      });

  ASSERT_TRUE(applied);
  EXPECT_EQ(store.get_blocking("data", "k"), "1>2>3");
  EXPECT_EQ(store.get_blocking("schema", "version"), "3");
  EXPECT_EQ(backups, std::vector<std::uint32_t>{1});
}

TEST(Schema, AFailedBackupLeavesTheStoreAsItWas) {
  MemoryKvStore store;
  put(store, "schema", "version", "1");
  put(store, "data", "k", "1");

  EXPECT_FALSE(Schema({append(">2")}).apply(store, no_backup));

  EXPECT_EQ(store.get_blocking("data", "k"), "1");
  EXPECT_EQ(store.get_blocking("schema", "version"), "1");
}

TEST(Schema, AFailedStepKeepsTheStepsBeforeIt) {
  MemoryKvStore store;
  put(store, "schema", "version", "1");
  put(store, "data", "k", "1");
  auto backup = [](std::uint32_t) { return Result<void>{}; };

  EXPECT_EQ(Schema({append(">2"), failing_step}).apply(store, backup).error().code(),
            ErrorCode::Corrupt);
  EXPECT_EQ(store.get_blocking("schema", "version"), "2");
  EXPECT_TRUE(Schema({append(">2"), append(">3")}).apply(store, backup));

  EXPECT_EQ(store.get_blocking("data", "k"), "1>2>3");
}

TEST(OpenStore, KeepsACopyOfWhatItMigrates) {
  TemporaryDirectory directory;
  async::BlockingPool blocking(1);
  auto data = *DataDirectory::open(directory.path() / "data", system_files());
  {
    auto store = *open_store(*data, system_files(), blocking, Schema({}));
    put(*store, "data", "k", "1");
  }

  auto migrated = open_store(*data, system_files(), blocking, Schema({append(">2")}));

  ASSERT_TRUE(migrated);
  EXPECT_EQ((*migrated)->get_blocking("data", "k"), "1>2");
  auto copy = *open_rocks_kv_store(data->backup() / "db-v1", blocking);
  EXPECT_EQ(copy->get_blocking("data", "k"), "1");
  EXPECT_EQ(copy->get_blocking("schema", "version"), "1");
}

TEST(OpenStore, AMigrationThatFailedIsTriedAgainWithItsFirstCopy) {
  TemporaryDirectory directory;
  async::BlockingPool blocking(1);
  auto data = *DataDirectory::open(directory.path() / "data", system_files());
  put(**open_store(*data, system_files(), blocking, Schema({})), "data", "k", "1");

  EXPECT_FALSE(open_store(*data, system_files(), blocking, Schema({failing_step})));
  EXPECT_TRUE(open_store(*data, system_files(), blocking, Schema({append(">2")})));

  auto copy = *open_rocks_kv_store(data->backup() / "db-v1", blocking);
  EXPECT_EQ(copy->get_blocking("data", "k"), "1");
}

}  // namespace
}  // namespace rockpool::store
