#include "logs/record_buffer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace rockpool::logs {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<std::pair<std::uint64_t, std::string>> all(const RecordBuffer& buffer,
                                                       std::uint64_t from = 0) {
  std::vector<std::pair<std::uint64_t, std::string>> records;
  buffer.for_each(from, [&](std::uint64_t number, std::string_view record) {
    records.emplace_back(number, record);
  });
  return records;
}

TEST(RecordBuffer, KeepsRecordsInOrderWithTheirNumbers) {
  RecordBuffer buffer(100);

  buffer.push("a");
  buffer.push("");
  buffer.push("ccc");

  EXPECT_THAT(all(buffer), ElementsAre(Pair(0, "a"), Pair(1, ""), Pair(2, "ccc")));
  EXPECT_THAT(all(buffer, 2), ElementsAre(Pair(2, "ccc")));
}

TEST(RecordBuffer, TheOldestMakeRoom) {
  RecordBuffer buffer(30);  // three records of 6 bytes and their lengths

  for (char c : std::string("abcde")) ASSERT_TRUE(buffer.push(std::string(6, c)));

  EXPECT_THAT(all(buffer), ElementsAre(Pair(2, "cccccc"), Pair(3, "dddddd"), Pair(4, "eeeeee")));
  EXPECT_EQ(buffer.first(), 2U);
  EXPECT_EQ(buffer.next(), 5U);
}

TEST(RecordBuffer, RecordsOfAnyLengthSurviveTheWrap) {
  RecordBuffer buffer(4099);
  std::vector<std::string> pushed;

  for (std::size_t i = 0; i < 2000; ++i) {
    pushed.emplace_back(i * 37 % 501, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(buffer.push(pushed.back()));
    ASSERT_LE(buffer.memory_bytes(), 4099U);
  }

  auto kept = all(buffer);
  ASSERT_GE(kept.size(), 4U);
  for (const auto& [number, record] : kept) EXPECT_EQ(record, pushed[number]);
  EXPECT_EQ(kept.back().first, 1999U);
}

TEST(RecordBuffer, TakesNoMemoryWhileEmptyAndLittleForLittle) {
  RecordBuffer buffer(1 << 20);
  EXPECT_EQ(buffer.memory_bytes(), 0U);

  buffer.push("a line");

  EXPECT_LE(buffer.memory_bytes(), 1024U);
}

TEST(RecordBuffer, WhatNeverFitsIsRefusedAndCostsNothing) {
  RecordBuffer buffer(20);
  buffer.push("kept");

  EXPECT_FALSE(buffer.push(std::string(17, 'x')));
  EXPECT_TRUE(buffer.push(std::string(8, 'y')));

  EXPECT_EQ(all(buffer).size(), 2U);
}

}  // namespace
}  // namespace rockpool::logs
