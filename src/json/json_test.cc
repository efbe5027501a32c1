#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "json/value.h"

namespace rockpool::json {
namespace {

using ::testing::HasSubstr;

std::string repeat(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

// An object of `members` members m0, m1 …, long enough for quadratic work to show.
std::string long_object(std::size_t members) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i)
    text += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":" + std::to_string(i);
  return text + "}";
}

TEST(Json, ObjectsKeepTheirOrder) {
  std::string text = R"({"z":1,"a":[true,null,"x"],"m":{"q":-2,"b":0.5}})";

  auto value = parse(text);

  ASSERT_TRUE(value);
  EXPECT_EQ(dump(*value), text);
}

TEST(Json, IntegersKeepAllDigits) {
  std::string text = "[18446744073709551615,-9223372036854775808,9007199254740993]";

  auto value = parse(text);

  ASSERT_TRUE(value);
  EXPECT_EQ((*value)[0].get<std::uint64_t>(), UINT64_MAX);
  EXPECT_EQ((*value)[1].get<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(dump(*value), text);
}

TEST(Json, IntegersAreUnsignedUnlessNegative) {
  auto value = parse("[1, -1]");

  ASSERT_TRUE(value);
  EXPECT_TRUE((*value)[0].is_number_unsigned());
  EXPECT_FALSE((*value)[1].is_number_unsigned());
  EXPECT_TRUE((*value)[1].is_number_integer());
}

TEST(Json, IntegersBeyond64BitsAreNumbersToo) {
  auto value = parse("[100000000000000000000]");

  ASSERT_TRUE(value);
  EXPECT_EQ((*value)[0].get<double>(), 1e20);
}

TEST(Json, ErrorsNameLineAndColumn) {
  auto value = parse("{\n  \"a\": 1,\n  \"b\": oops\n}");

  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(value.error().message(), HasSubstr("line 3, column 8"));
}

TEST(Json, RefusesWhatIsNoJson) {
  for (std::string_view bad :
       {"",    " ",     "{",      "[1,]",    "{\"a\":1,}", "{a:1}",
        "'x'", "01",    "+1",     "1.",      ".5",         "nul",
        "1 2", "[1] x", "\"\t\"", "\"\\x\"", "\"\xff\"",   "\"\xed\xa0\x80\"",
        "NaN", "1e999", "/**/1"}) {
    auto value = parse(bad);
    ASSERT_FALSE(value) << bad;
    EXPECT_EQ(value.error().code(), ErrorCode::InvalidArgument) << bad;
  }
}

TEST(Json, ANameThatOccursTwiceIsRefused) {
  auto value = parse(R"({"outer": {"a": 1, "b": 2, "a": 3}})");

  ASSERT_FALSE(value);
  EXPECT_THAT(value.error().message(), HasSubstr("'a' occurs twice"));
  EXPECT_THAT(value.error().message(), HasSubstr("line 1"));
}

TEST(Json, NestsUpToTheLimitAndNoDeeper) {
  EXPECT_TRUE(parse(repeat("[", kMaxDepth) + repeat("]", kMaxDepth)));

  auto too_deep = parse(repeat("[", kMaxDepth + 1) + repeat("]", kMaxDepth + 1));

  ASSERT_FALSE(too_deep);
  EXPECT_THAT(too_deep.error().message(), HasSubstr("deeper than 128"));
  EXPECT_FALSE(parse(repeat("[", 1'000'000)));
  EXPECT_FALSE(parse(repeat("{\"a\":", 1'000'000)));
}

TEST(Json, LongTextsAndLongObjectsAreRead) {
  auto value = parse(long_object(100'000));

  ASSERT_TRUE(value);
  EXPECT_EQ(value->size(), 100'000U);
}

TEST(Json, DumpsInvalidUtf8AsReplacementCharacters) {
  EXPECT_EQ(dump(Value("a\xff")), "\"a\xef\xbf\xbd\"");
}

TEST(Json, PrettyPrintsForPeople) {
  EXPECT_EQ(dump_pretty(*parse(R"({"a":1})")), "{\n  \"a\": 1\n}");
}

// RFC 7396 appendix A.
TEST(MergePatch, DoesAsTheStandardsExamples) {
  struct Example {
    std::string_view target, patch, merged;
  };
  constexpr Example kExamples[] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", "null", "null"},
      {R"({"a":"foo"})", R"("bar")", R"("bar")"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };

  for (const Example& example : kExamples) {
    auto merged = merge_patch(*parse(example.target), *parse(example.patch));
    EXPECT_EQ(dump(merged), example.merged) << example.target << " with " << example.patch;
  }
}

TEST(MergePatch, LongObjectsTakeNoQuadraticTime) {
  auto target = parse(long_object(100'000));
  auto patch = parse(R"({"x":1,"m5":null})");

  auto merged = merge_patch(*target, merge_patch(*patch, *target));

  EXPECT_EQ(merged.size(), 100'001U);
}

}  // namespace
}  // namespace rockpool::json
