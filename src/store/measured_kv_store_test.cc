#include "store/measured_kv_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/run.h"
#include "store/memory_kv_store.h"

namespace rockpool::store {
namespace {

using ::testing::HasSubstr;

TEST(MeasuredKvStore, CountsEachOperationAndPassesItOn) {
  metrics::Registry registry(1);
  MemoryKvStore memory;
  auto store = make_measured_kv_store(memory, registry, system_clock());
  WriteBatch batch;
  batch.put("b", "k", "v");

  ASSERT_TRUE(async::run(store->commit(std::move(batch))));
  EXPECT_EQ(async::run(store->get("b", "k")), "v");
  EXPECT_EQ(store->get_blocking("b", "absent").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(async::run(store->scan("b", "", "", 1))->size(), 1U);

  auto text = registry.expose();
  for (const char* counted :
       {"{operation=\"commit\"} 1\n", "{operation=\"get\"} 2\n", "{operation=\"scan\"} 1\n"})
    EXPECT_THAT(
        text, HasSubstr("rockpool_store_operation_duration_seconds_count" + std::string(counted)));
}

}  // namespace
}  // namespace rockpool::store
