#include "json/byte_array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace rockpool::json {
namespace {

using ::testing::HasSubstr;

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return bytes;
}

TEST(ByteArray, EveryByteComesBack) {
  std::string bytes = every_byte();
  std::string text = R"({"wasm":)";
  append_byte_array(text, bytes);

  auto document = parse_with_bytes(text + "}", "wasm");

  ASSERT_TRUE(document);
  EXPECT_EQ(document->bytes, bytes);
  EXPECT_TRUE(document->rest.empty());
}

TEST(ByteArray, IsWrittenAsJsonWritesIt) {
  std::string text;
  append_byte_array(text, std::string("\0a\xff", 3));
  std::string empty = "x";
  append_byte_array(empty, "");

  EXPECT_EQ(text, "[0,97,255]");
  EXPECT_EQ(empty, "x[]");
}

TEST(ByteArray, OtherMembersStayAndKeepTheirOrder) {
  auto document = parse_with_bytes(
      R"( {"z": {"a": [1, "]"]}, "b" : [ 1 , 2 ], "n": null, "t": -1.5e3 , "s":"\u0041}"} )", "b");

  ASSERT_TRUE(document) << document.error().to_string();
  EXPECT_EQ(document->bytes, "\1\2");
  EXPECT_EQ(dump(document->rest), R"({"z":{"a":[1,"]"]},"n":null,"t":-1500.0,"s":"A}"})");
}

TEST(ByteArray, AnAbsentMemberIsNone) {
  auto document = parse_with_bytes(R"({"c":[1]})", "b");

  ASSERT_TRUE(document);
  EXPECT_FALSE(document->bytes);
}

TEST(ByteArray, ItsNameMayBeWrittenWithEscapes) {
  auto document = parse_with_bytes(R"({"\u0062":[1,2],"c":3})", "b");

  ASSERT_TRUE(document);
  EXPECT_EQ(document->bytes, "\1\2");
  EXPECT_FALSE(parse_with_bytes(R"({"\u0062":[1,256]})", "b"));
}

TEST(ByteArray, OnlyTheRootsMemberCounts) {
  auto document = parse_with_bytes(R"({"a":{"b":[1]},"s":"\"b\":[2]","b":[3],"t":["b"]})", "b");

  ASSERT_TRUE(document) << document.error().to_string();
  EXPECT_EQ(document->bytes, "\3");
  EXPECT_EQ(document->rest["a"]["b"][0], 1);
}

TEST(ByteArray, LongDocumentsAreReadAsWell) {
  std::string bytes(1 << 20, '\xfe');
  std::string text = R"({"m":{"k":1},"b":)";
  append_byte_array(text, bytes);

  auto document = parse_with_bytes(text + "}", "b");

  ASSERT_TRUE(document);
  EXPECT_EQ(document->bytes, bytes);
}

TEST(ByteArray, OtherValuesThanBytesAreRefusedByPlace) {
  for (std::string_view bad :
       {"256", "-1", "1.0", "1e1", "null", "\"1\"", "[1]", "01", "1000", "x"}) {
    auto document = parse_with_bytes(R"({"b":[7,)" + std::string(bad) + "]}", "b");

    ASSERT_FALSE(document) << bad;
    EXPECT_EQ(document.error().code(), ErrorCode::InvalidArgument) << bad;
    EXPECT_THAT(document.error().message(), HasSubstr("b[1]")) << bad;
  }
}

TEST(ByteArray, WhatIsNoJsonIsRefused) {
  for (std::string_view bad : {"",
                               " ",
                               "{",
                               R"({"b":[1})",
                               R"({"b":[1,]})",
                               R"({"b":[1 2]})",
                               R"({"b":[1]},)",
                               R"({"b":[1]} {})",
                               R"({"b":[1])",
                               R"({"b":[1],})",
                               R"({"b":[1] "c":2})",
                               R"({b:[1]})",
                               R"({"b":[1],"c":tru})",
                               R"({"b":[1],"c":[1,]})",
                               R"({"b":[1],"c":{"d"}})",
                               "[1]",
                               "1",
                               R"({"b":1})",
                               R"({"b":[1],"b":[1]})",
                               R"({"c":1,"c":1})",
                               "{\"b\":[1],\"\xff\":1}"}) {
    auto document = parse_with_bytes(std::string(bad), "b");

    ASSERT_FALSE(document) << bad;
    EXPECT_EQ(document.error().code(), ErrorCode::InvalidArgument) << bad;
  }
}

TEST(ByteArray, DeepNestingBesideItIsRefused) {
  std::string deep = std::string(10'000, '[') + std::string(10'000, ']');

  EXPECT_FALSE(parse_with_bytes(R"({"b":[1],"c":)" + deep + "}", "b"));
  EXPECT_FALSE(parse_with_bytes(R"({"b":)" + deep + "}", "b"));
}

}  // namespace
}  // namespace rockpool::json
