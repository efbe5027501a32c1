#include "logs/escape_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::logs {
namespace {

using ::testing::ElementsAre;

std::string escaped(std::string_view line) {
  auto pieces = escape_line(line, 1000);
  EXPECT_EQ(pieces.size(), 1U);
  return pieces[0];
}

TEST(EscapeLine, TextStaysAsItIs) {
  EXPECT_EQ(escaped("a\tb \\ \"é\" €  \U0001F600"), "a\tb \\ \"é\" €  \U0001F600");
  EXPECT_EQ(escaped(""), "");
}

TEST(EscapeLine, ControlCharactersBecomeHex) {
  EXPECT_EQ(escaped(std::string_view("\x1b[31m\0\r\x7f", 8)), "\\x1b[31m\\x00\\x0d\\x7f");
  EXPECT_EQ(escaped("\xc2\x9b"), "\\xc2\\x9b");  // CSI of C1
  EXPECT_EQ(escaped("\xc2\xa0"), "\xc2\xa0");
}

TEST(EscapeLine, WhatIsNoUtf8BecomesHex) {
  EXPECT_EQ(escaped("\xff"), "\\xff");
  EXPECT_EQ(escaped("a\x80z"), "a\\x80z");
  EXPECT_EQ(escaped("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(escaped("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");           // overlong
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  EXPECT_EQ(escaped("\xe2\x82"), "\\xe2\\x82");                    // cut off
  EXPECT_EQ(escaped("\xe2\x82z"), "\\xe2\\x82z");
}

TEST(EscapeLine, PiecesEndBetweenCharactersAndEscapes) {
  EXPECT_THAT(escape_line("aaaaaaaaaaaaaaaé", 16), ElementsAre("aaaaaaaaaaaaaaa", "é"));
  EXPECT_THAT(escape_line("aaaaaaaaaaaaaa\x01z", 16), ElementsAre("aaaaaaaaaaaaaa", "\\x01z"));
}

TEST(IncompleteTail, CountsTheBytesOfACutCharacter) {
  EXPECT_EQ(incomplete_tail(""), 0U);
  EXPECT_EQ(incomplete_tail("a"), 0U);
  EXPECT_EQ(incomplete_tail("é"), 0U);
  EXPECT_EQ(incomplete_tail("a\xc3"), 1U);
  EXPECT_EQ(incomplete_tail("a\xe2\x82"), 2U);
  EXPECT_EQ(incomplete_tail("a\xf0\x9f\x98"), 3U);
  EXPECT_EQ(incomplete_tail("a\x80\x80\x80\x80"), 0U);
  EXPECT_EQ(incomplete_tail("a\xed\xa0"), 0U);  // no character begins so
}

}  // namespace
}  // namespace rockpool::logs
