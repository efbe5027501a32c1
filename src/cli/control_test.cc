#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/control_client.h"
#include "cli/invocation.h"
#include "cli/text/function_text.h"
#include "cli/text/problem.h"
#include "cli/text/table.h"
#include "cli/words/shielded_words.h"

namespace rockpool::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

json::Value parsed(std::string_view text) {
  return json::parse(text).value();
}

const json::Value& typed_function() {
  static const json::Value kFunction = parsed(R"({
    "abi": "typed",
    "exports": [
      {"name": "add", "parameters": [{"type": "s32"}, {"type": "s32"}], "results": ["s32"]},
      {"name": "greet", "parameters": [{"name": "who", "type": "string"}], "results": ["string"]}
    ]
  })");
  return kFunction;
}

TEST(InvocationWords, TheFirstWordIsTheExportIfThereIsOneOfThatName) {
  auto words = invocation_words(typed_function(), {"add", "12", "43"});

  ASSERT_TRUE(words);
  EXPECT_EQ(words->exported, "add");
  EXPECT_EQ(words->args, parsed("[12, 43]"));
}

TEST(InvocationWords, ElseItIsAnArgument) {
  auto words = invocation_words(typed_function(), {"12", "43"});

  ASSERT_TRUE(words);
  EXPECT_FALSE(words->exported);
  EXPECT_EQ(words->args, parsed("[12, 43]"));
}

TEST(InvocationWords, AStringParameterTakesItsWordAsItIs) {
  auto words = invocation_words(typed_function(), {"greet", "\"12\""});

  ASSERT_TRUE(words);
  EXPECT_EQ(words->args, json::Value::array({"\"12\""}));
}

TEST(InvocationWords, WhatIsNoJsonIsRefusedWithItsPosition) {
  auto words = invocation_words(typed_function(), {"add", "1", "two"});

  ASSERT_FALSE(words);
  EXPECT_EQ(words.error().code(), ErrorCode::BadArguments);
  EXPECT_THAT(words.error().message(), HasSubstr("argument 2: expected a s32"));
}

TEST(InvocationWords, LargeIntegersKeepTheirDigits) {
  auto words = invocation_words(typed_function(), {"add", "9223372036854775807", "1"});

  ASSERT_TRUE(words);
  EXPECT_EQ(json::dump(*words->args), "[9223372036854775807,1]");
}

TEST(InvocationWords, NegativeNumbersAreNoOptions) {
  std::vector<std::string> words = {"invoke", "sum", "-5", "-f", "-.5", "-Infinity", "-"};

  auto shielded = shield_words(words);

  EXPECT_THAT(shielded,
              ElementsAre("invoke", "sum", "\x1f-5", "-f", "\x1f-.5", "\x1f-Infinity", "-"));
  EXPECT_EQ(unshielded(shielded[2]), "-5");
}

TEST(InvocationWords, AListIsOneWord) {
  std::vector<std::string> words = {"invoke", "sum", "[1, 2]", "[]", "[1"};

  auto shielded = shield_words(words);

  EXPECT_THAT(shielded, ElementsAre("invoke", "sum", "\x1f[1, 2]", "\x1f[]", "[1"));
  EXPECT_EQ(unshielded(shielded[2]), "[1, 2]");
}

json::Value text_function() {
  return parsed(R"({"abi": "json", "exports": [{"name": "greet", "type": "func"},
                                                {"name": "part", "type": "func"}]})");
}

std::string args_of(const json::Value& function, std::vector<std::string> words) {
  auto told = invocation_words(function, std::move(words));
  return told ? json::dump(*told->args) : told.error().message();
}

TEST(InvocationWords, TextArgumentsHaveKeys) {
  auto words = invocation_words(text_function(), {"greet", "name=Ann", "sign==", "=x"});

  ASSERT_TRUE(words);
  EXPECT_EQ(words->exported, "greet");
  EXPECT_EQ(json::dump(*words->args), R"({"name":"Ann","sign":"=","":"x"})");
  EXPECT_EQ(args_of(text_function(), {}), "{}");
}

TEST(InvocationWords, TextArgumentsWithoutKeyOrTwiceAreTold) {
  EXPECT_THAT(args_of(text_function(), {"name=Ann", "x"}), HasSubstr("argument 2: expected KEY="));
  EXPECT_THAT(args_of(text_function(), {"a=1", "a=2"}), HasSubstr("'a' is given twice"));
}

TEST(InvocationWords, ACommandsArgumentsMayBeValues) {
  json::Value command = parsed(R"({"abi": "argv", "exports": [{"name": "a", "type": "func"}]})");

  EXPECT_EQ(args_of(command, {"10"}), R"(["10"])");
  EXPECT_EQ(args_of(command, {"a", "b=c"}), R"(["a","b=c"])");
  EXPECT_EQ(args_of(command, {"b=c"}), R"({"b":"c"})");
  EXPECT_EQ(args_of(command, {}), "{}");
  EXPECT_THAT(args_of(command, {"b=c", "a"}), HasSubstr("argument 2: expected KEY=VALUE"));
}

TEST(InvocationWords, AFunctionThatIsNotTypedTakesNone) {
  json::Value function =
      parsed(R"({"abi": "http", "exports": [{"name": "x", "type": "instance"}]})");

  EXPECT_FALSE(invocation_words(function, {"x"}));
  EXPECT_FALSE(invocation_words(function, {})->args);
}

TEST(Problem, EachMissingImportComesWithItsAdvice) {
  Error error = problem_of_body(422, R"({
    "code": "import-missing", "detail": "one import is missing", "function": "hello",
    "imports": [{"module": "env", "name": "clock", "type": "memory", "nearest": "wasi.clock",
                 "advice": "Build it for WASI."}]
})");

  EXPECT_EQ(error.code(), ErrorCode::ImportMissing);
  EXPECT_THAT(error.message(), HasSubstr("hello: one import is missing"));
  EXPECT_THAT(error.message(), HasSubstr("env.clock"));
  EXPECT_THAT(error.message(), HasSubstr("wasi.clock"));
  EXPECT_THAT(error.message(), HasSubstr("Build it for WASI."));
  EXPECT_THAT(error.message(), HasSubstr("rockpool explain import-missing"));
}

TEST(Problem, AnAnswerThatIsNoneStillNamesTheStatus) {
  EXPECT_THAT(problem_of_body(502, "<html>").message(), HasSubstr("502"));
}

TEST(LineSplitter, LinesMayComeInAnyPieces) {
  LineSplitter splitter;
  std::vector<std::string> lines;
  auto on_line = [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };

  splitter.add("on", on_line);
  splitter.add("e\ntwo\nth", on_line);
  splitter.add("ree\n\nlast", on_line);

  EXPECT_THAT(lines, ElementsAre("one", "two", "three", ""));
  EXPECT_EQ(splitter.rest(), "last");
}

TEST(LineSplitter, StopsWhenToldTo) {
  LineSplitter splitter;
  int count = 0;

  bool goes_on = splitter.add("one\ntwo\n", [&](std::string_view) {
    ++count;
    return false;
  });

  EXPECT_FALSE(goes_on);
  EXPECT_EQ(count, 1);
}

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({"NAME", "URL"});
  table.add({"a", "x"});
  table.add({"longer", ""});

  EXPECT_EQ(table.text(), "NAME    URL\na       x\nlonger\n");
}

TEST(FunctionText, ExportsReadAsSignatures) {
  const auto& exports = typed_function()["exports"];

  EXPECT_EQ(export_text(exports[0]), "add(s32, s32) -> s32");
  EXPECT_EQ(export_text(exports[1]), "greet(who: string) -> string");
}

}  // namespace
}  // namespace rockpool::cli
