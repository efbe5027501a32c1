#include "engine/values/text_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(const auto& refused) {
  if (refused) return "taken";
  EXPECT_EQ(refused.error().code(), ErrorCode::BadArguments);
  return refused.error().message();
}

TEST(TextArguments, AreOneLineInTheOrderTheyCame) {
  EXPECT_EQ(encode_text_arguments("{ \"b\": \"1\",\n \"a\": \"ü\" }"), R"({"b":"1","a":"ü"})");
  EXPECT_EQ(encode_text_arguments(R"({"":"\u0000\n"})"), R"({"":"\u0000\n"})");
}

TEST(TextArguments, NoneAreAnEmptyObject) {
  for (const char* text : {"", " \r\n", "{}", "{ }"}) EXPECT_EQ(encode_text_arguments(text), "{}");
}

TEST(TextArguments, WhatIsNoStringIsNamedByItsKey) {
  EXPECT_EQ(refusal(encode_text_arguments(R"({"a":"x","b":3})")),
            "argument 'b': expected string, found number 3");
  EXPECT_EQ(refusal(encode_text_arguments(R"({"a":{}})")),
            "argument 'a': expected string, found object");
  EXPECT_EQ(refusal(encode_text_arguments(R"({"a":null})")),
            "argument 'a': expected string, found null");
}

TEST(TextArguments, WhatIsNoObjectIsRefused) {
  EXPECT_EQ(refusal(encode_text_arguments("[\"a\"]")),
            "expected a JSON object of strings, found array of 1");
  EXPECT_THAT(refusal(encode_text_arguments("{'a':1}")), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal(encode_text_arguments(R"({"a":"1","a":"2"})")), HasSubstr("twice"));
}

TEST(TextArguments, EndAtTheirLimit) {
  constexpr std::string_view kAround = R"({"a":""})";
  std::string most(kMaxTextArgumentBytes - kAround.size(), 'x');

  EXPECT_TRUE(encode_text_arguments("{ \"a\": \"" + most + "\" }"));
  EXPECT_THAT(refusal(encode_text_arguments(R"({"a":")" + most + R"(x"})")), HasSubstr("65537"));
  EXPECT_THAT(refusal(encode_command_arguments(R"([")" + most + R"(xxxxxx"])")),
              HasSubstr("65538"));
}

TEST(CommandArguments, AreTheJsonItself) {
  auto arguments = encode_command_arguments(R"({ "name": "Ann", "": "x" })");

  ASSERT_TRUE(arguments);
  EXPECT_THAT(*arguments, ElementsAre(R"({"name":"Ann","":"x"})"));
  EXPECT_THAT(encode_command_arguments("").value_or(std::vector<std::string>()), ElementsAre("{}"));
}

TEST(CommandArguments, WithoutKeysAreTheValues) {
  auto of = [](const char* text) {
    return encode_command_arguments(text).value_or(std::vector<std::string>{"refused"});
  };

  EXPECT_THAT(of(R"({"":"10"})"), ElementsAre("10"));
  EXPECT_THAT(of(R"(["10"])"), ElementsAre("10"));
  EXPECT_THAT(of(R"(["a b","","c"])"), ElementsAre("a b", "", "c"));
  EXPECT_THAT(of("[]"), IsEmpty());
}

TEST(CommandArguments, WhatIsNoStringIsNamedByKeyOrPosition) {
  EXPECT_EQ(refusal(encode_command_arguments(R"({"":10})")),
            "argument '': expected string, found number 10");
  EXPECT_EQ(refusal(encode_command_arguments(R"(["a",true])")),
            "argument 2: expected string, found true");
  EXPECT_EQ(refusal(encode_command_arguments("10")),
            "expected a JSON object or array of strings, found number 10");
}

TEST(CommandArguments, HoldNoNul) {
  EXPECT_THAT(refusal(encode_command_arguments(R"(["a","b\u0000c"])")), HasSubstr("argument 2"));
  EXPECT_TRUE(encode_command_arguments(R"({"a":"b\u0000c"})"));
}

}  // namespace
}  // namespace rockpool::engine
