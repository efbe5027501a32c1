#include "dialects/wasmengine/requests.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rockpool::dialects::wasmengine {
namespace {

template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "it was taken" : result.error().message();
}

TEST(Requests, ADeployNeedsAllItsFields) {
  auto request =
      parse_deploy(R"({"function_name": "f", "function_image": "h/r:t", "wasi_cap": true})");

  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(request->function_name, "f");
  EXPECT_EQ(request->function_image, "h/r:t");
  EXPECT_TRUE(request->wasi_cap);
  EXPECT_EQ(message_of(parse_deploy(R"({"function_name": "f"})")),
            "missing field `function_image`");
  EXPECT_EQ(message_of(parse_deploy(R"({"function_name": "f", "function_image": "i"})")),
            "missing field `wasi_cap`");
  EXPECT_EQ(
      message_of(parse_deploy(R"({"function_name": "f", "function_image": "i", "wasi_cap": 1})")),
      "wasi_cap: expected a boolean");
}

TEST(Requests, NamesAreTextsOfSomeLength) {
  EXPECT_EQ(*parse_function_name(R"({"function_name": "a b", "else": 1})"), "a b");
  EXPECT_EQ(message_of(parse_function_name(R"({"function_name": ""})")),
            "function_name: expected 1 to 255 bytes");
  EXPECT_EQ(message_of(parse_function_name(R"({"function_name": 7})")),
            "function_name: expected a string");
  EXPECT_EQ(message_of(parse_function_name("[]")), "expected an object");
}

TEST(Requests, ArgumentsAreHandedOnAsTheyAre) {
  EXPECT_EQ(parse_invoke(R"({"function_name": "f"})")->arguments, "");
  EXPECT_EQ(parse_invoke(R"({"function_name": "f", "args": null})")->arguments, "");
  EXPECT_EQ(parse_invoke(R"({"function_name": "f", "args": {"b": "1", "a": "2"}})")->arguments,
            R"({"b":"1","a":"2"})");
  EXPECT_EQ(parse_invoke(R"({"function_name": "f", "args": ["10"]})")->arguments, R"(["10"])");
}

TEST(Requests, ACallMayHaveLimits) {
  auto request = parse_invoke(R"({"function_name": "f", "limits": {"wall": "50ms"}})");

  ASSERT_TRUE(request && request->limits);
  EXPECT_EQ(request->limits->wall, std::chrono::milliseconds(50));
  EXPECT_FALSE(parse_invoke(R"({"function_name": "f"})")->limits);
  EXPECT_FALSE(parse_invoke(R"({"function_name": "f", "limits": {"wall": 50}})"));
}

}  // namespace
}  // namespace rockpool::dialects::wasmengine
