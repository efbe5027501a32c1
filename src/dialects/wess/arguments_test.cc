#include "dialects/wess/arguments.h"

#include <gtest/gtest.h>

#include <string>

namespace rockpool::dialects::wess {
namespace {

using enum ValueType;

// The arguments as the typed call takes them, or the error's text.
std::string arguments(const std::vector<ValueType>& types, std::string_view body) {
  auto text = typed_arguments(types, body);
  return text ? *text : text.error().message();
}

TEST(Arguments, IntegersAreCutToTheirWidth) {
  EXPECT_EQ(arguments({I32, I32}, "[4294967303, -2147483649]"), "[7,2147483647]");
  EXPECT_EQ(arguments({I64, I64}, "[9223372036854775807, -9223372036854775808]"),
            "[9223372036854775807,-9223372036854775808]");
  EXPECT_EQ(arguments({I64}, "[9223372036854775808]"), "Invalid Type: I64");
}

TEST(Arguments, FloatsTakeAnyNumber) {
  EXPECT_EQ(arguments({F32, F64}, "[1, 18446744073709551615]"), "[1,18446744073709551615]");
  EXPECT_EQ(arguments({F32, F32, F64}, "[1e39, -1e39, 1e39]"), R"(["Infinity","-Infinity",1e+39])");
}

TEST(Arguments, OthersThanNumbersAreRefusedByTheTypeExpected) {
  for (std::string_view value : {"true", "\"1\"", "[1]", "{}"}) {
    EXPECT_EQ(arguments({F64}, "[" + std::string(value) + "]"), "Invalid Type: F64") << value;
  }
  EXPECT_EQ(arguments({I32}, "[1.0]"), "Invalid Type: I32");
}

TEST(Arguments, ArraysAreOfTheirType) {
  EXPECT_EQ(arguments({I32Array, F64}, "[[1, 4294967298], 2]"), "[[1,2],2]");
  EXPECT_EQ(arguments({F32Array}, "[[1e39, 0.5]]"), R"([["Infinity",0.5]])");
  EXPECT_EQ(arguments({I64Array}, "[[]]"), "[[]]");
  for (std::string_view value : {"1", "[1.5]", "[null]", "[[1]]", "{}"}) {
    EXPECT_EQ(arguments({I64Array}, "[" + std::string(value) + "]"), "Invalid Type: I64[]")
        << value;
  }
}

TEST(Arguments, NullsAreLeftOutBeforeCounting) {
  EXPECT_EQ(arguments({I32}, "[null, 1, null]"), "[1]");
  EXPECT_EQ(arguments({I32, I32}, "[1, null]"), "Length Args Error: expect: 2, found: 1");
}

TEST(Results, AreCutToWhatIsDeclared) {
  EXPECT_EQ(first_results("[1,-2,0.5]", 2), "[1,-2]");
  EXPECT_EQ(first_results("[9223372036854775807,\"NaN\"]", 3), "[9223372036854775807,\"NaN\"]");
  EXPECT_EQ(first_results("[]", 0), "[]");
}

}  // namespace
}  // namespace rockpool::dialects::wess
