#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/module/wit_type_json.h"
#include "engine/values/typed_values.h"

namespace rockpool::engine {
namespace {

using testing::HasSubstr;
using namespace std::string_view_literals;

// Parameters of types given as trees: R"(["u8", {"list": "s32"}])".
std::vector<Parameter> parameters_of(std::string_view trees) {
  std::vector<Parameter> parameters;
  json::Value types = json::parse(trees).value();
  for (const auto& tree : types)
    parameters.push_back({"", wit_type_from_json(tree, "type").value()});
  return parameters;
}

struct Good {
  std::string_view types;
  std::string_view arguments;
  std::string_view bytes;
};

TEST(TypedArguments, EveryTypeHasItsBytes) {
  constexpr Good kGood[] = {
      {"[]", "", ""},
      {"[]", " [ ] ", ""},
      {R"(["bool", "bool"])", "[true, false]", "\1\0"sv},
      {R"(["s8", "u8"])", "[-128, 255]", "\x80\xff"},
      {R"(["s16", "u16"])", "[-1, 258]", "\xff\xff\x02\x01"},
      {R"(["s32"])", "[-2147483648]", "\0\0\0\x80"sv},
      {R"(["u32"])", "[4294967295]", "\xff\xff\xff\xff"},
      {R"(["s64"])", "[-9223372036854775808]", "\0\0\0\0\0\0\0\x80"sv},
      {R"(["s64"])", R"(["-9223372036854775808"])", "\0\0\0\0\0\0\0\x80"sv},
      {R"(["u64"])", "[18446744073709551615]", "\xff\xff\xff\xff\xff\xff\xff\xff"},
      {R"(["u64"])", R"(["18446744073709551614"])", "\xfe\xff\xff\xff\xff\xff\xff\xff"},
      {R"(["f32"])", "[0.5]", "\0\0\0\x3f"sv},
      {R"(["f64"])", "[1]", "\0\0\0\0\0\0\xf0\x3f"sv},
      {R"(["f64"])", R"(["-Infinity"])", "\0\0\0\0\0\0\xf0\xff"sv},
      {R"(["char"])", R"(["é"])", "\xe9\0\0\0"sv},
      {R"(["char"])", R"(["\ud83d\ude00"])", "\0\xf6\x01\0"sv},
      {R"(["string"])", R"(["hé"])", "\3\0\0\0h\xc3\xa9"sv},
      {R"([{"list": "u8"}])", "[[1, 2]]", "\2\0\0\0\1\2"sv},
      {R"([{"tuple": ["u8", "bool"]}])", "[[7, true]]", "\7\1"},
      {R"([{"option": "u8"}, {"option": "u8"}])", "[null, 5]", "\0\1\5"sv},
      {R"([{"option": {"option": "u8"}}])", "[null]", "\0"sv},
      {R"([{"option": {"option": "u8"}}])", R"([{"some": null}])", "\1\0"sv},
      {R"([{"option": {"option": "u8"}}])", R"([{"some": 9}])", "\1\1\x09"},
      {R"([{"result": ["u8", null]}])", R"([{"ok": 3}])", "\0\3"sv},
      {R"([{"result": ["u8", null]}])", R"([{"err": null}])", "\1"},
      {R"([{"record": [["x", "u8"], ["y", "u8"]]}])", R"([{"y": 2, "x": 1}])", "\1\2"},
      {R"([{"record": [["x", {"option": "u8"}], ["y", "u8"]]}])", R"([{"y": 2}])", "\0\2"sv},
      {R"([{"enum": ["a", "b"]}])", R"(["b"])", "\1\0\0\0"sv},
      {R"([{"variant": [["a", null], ["b", "u8"]]}])", R"([{"b": 4}])", "\1\0\0\0\4"sv},
      {R"([{"variant": [["a", null], ["b", "u8"]]}])", R"([{"a": null}])", "\0\0\0\0"sv},
      {R"([{"flags": ["r", "w", "x"]}])", R"([["x", "r", "x"]])", "\1\0\1"sv},
  };
  for (const Good& good : kGood) {
    auto bytes = encode_arguments(parameters_of(good.types), good.arguments);

    ASSERT_TRUE(bytes) << good.arguments << ": " << bytes.error().message();
    EXPECT_EQ(*bytes, good.bytes) << good.types << " " << good.arguments;
  }
}

struct Bad {
  std::string_view types;
  std::string_view arguments;
  std::string_view message;
};

TEST(TypedArguments, AMisfitIsNamedExactly) {
  constexpr Bad kBad[] = {
      {R"(["u8"])", "[300]", "argument 1: expected u8 (0 to 255), found number 300"},
      {R"(["u8"])", "[-1]", "argument 1: expected u8 (0 to 255), found number -1"},
      {R"(["s32"])", "[1.0]",
       "argument 1: expected s32 (-2147483648 to 2147483647), found number 1.0"},
      {R"(["s32"])", R"(["1"])", R"(argument 1: expected s32, found string "1")"},
      {R"(["u64"])", R"(["1x"])", R"(argument 1: expected u64, found string "1x")"},
      {R"(["u64"])", R"([" 1"])", R"(argument 1: expected u64, found string " 1")"},
      {R"(["bool"])", "[1]", "argument 1: expected bool, found number 1"},
      {R"(["f64"])", R"(["nan"])", R"(argument 1: expected f64, found string "nan")"},
      {R"(["f32"])", "[1e300]", "argument 1: expected f32, found number 1e+300"},
      {R"(["char"])", R"(["ab"])",
       R"(argument 1: expected char (a string of one character), found string "ab")"},
      {R"(["char"])", R"([""])",
       R"(argument 1: expected char (a string of one character), found string "")"},
      {R"(["string"])", "[null]", "argument 1: expected string, found null"},
      {R"(["u8", {"record": [["x", "u8"]]}])", R"([1, {"x": "a"}])",
       R"(argument 2, field .x: expected u8, found string "a")"},
      {R"([{"list": {"record": [["x", "u8"]]}}])", R"([[{"x": 1}, {"x": true}]])",
       "argument 1, field [1].x: expected u8, found true"},
      {R"([{"record": [["x", "u8"]]}])", "[{}]",
       "argument 1, field .x: expected u8, found nothing"},
      {R"([{"record": [["size", "u8"]]}])", R"([{"size": 1, "sise": 2}])",
       "argument 1: record { size: u8 } has no field 'sise'; did you mean 'size'?"},
      {R"([{"tuple": ["u8", "u8"]}])", "[[1]]",
       "argument 1: expected tuple<u8, u8>, found array of 1"},
      {R"([{"enum": ["red", "green"]}])", R"(["gren"])",
       R"(argument 1: expected enum { red, green }, found string "gren"; did you mean 'green'?)"},
      {R"([{"variant": [["a", null], ["b", "u8"]]}])", R"([{"a": 1}])",
       "argument 1, field .a: expected null, as it carries nothing, found number 1"},
      {R"([{"variant": [["a", null]]}])", R"([{"zzzz": 1}])",
       "argument 1: expected variant { a }, found the case 'zzzz'"},
      {R"([{"result": ["u8", null]}])", R"([{"ok": 1, "err": null}])",
       R"(argument 1: expected {"ok": …} or {"err": …}, found object)"},
      {R"([{"option": {"option": "u8"}}])", "[5]",
       R"(argument 1: expected null or {"some": …}, found number 5)"},
      {R"([{"flags": ["r"]}])", R"([["w"]])",
       R"(argument 1, field [0]: expected flags { r }, found string "w")"},
      {R"(["u8", "s32"])", "[1]", "expected 2 arguments (u8, s32), found 1"},
      {"[]", "[1]", "expected 0 arguments (), found 1"},
      {R"(["u8"])", "{}", "expected a JSON array of arguments, found object"},
  };
  for (const Bad& bad : kBad) {
    auto bytes = encode_arguments(parameters_of(bad.types), bad.arguments);

    ASSERT_FALSE(bytes) << bad.arguments;
    EXPECT_EQ(bytes.error().code(), ErrorCode::BadArguments);
    EXPECT_EQ(bytes.error().message(), bad.message);
  }
}

TEST(TypedArguments, ParameterNamesAreTold) {
  std::vector<Parameter> parameters = {{"width", {WitType::Kind::U8, {}, {}, {}}}};

  auto bytes = encode_arguments(parameters, "[]");

  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().message(), "expected 1 argument (width: u8), found 0");
}

TEST(TypedArguments, TextThatIsNoJsonIsNamed) {
  auto bytes = encode_arguments(parameters_of(R"(["u8"])"), "[1");

  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code(), ErrorCode::BadArguments);
  EXPECT_THAT(bytes.error().message(), HasSubstr("the arguments are no JSON array: "));
}

TEST(TypedArguments, MessagesStayShort) {
  std::string text = R"([")" + std::string(1 << 20, 'x') + R"("])";

  auto bytes = encode_arguments(parameters_of(R"(["u8"])"), text);

  ASSERT_FALSE(bytes);
  EXPECT_LT(bytes.error().message().size(), 200U);
}

TEST(TypedArguments, ValuesAreBounded) {
  std::string text = "[[0";
  for (int i = 0; i < 1'000'001; ++i) text += ",0";
  text += "]]";

  auto bytes = encode_arguments(parameters_of(R"([{"list": "u8"}])"), text);

  ASSERT_FALSE(bytes);
  EXPECT_THAT(bytes.error().message(), HasSubstr("more than 1000000 values"));
}

TEST(TypedArguments, NotANumberHasTheQuietBits) {
  auto bytes = encode_arguments(parameters_of(R"(["f32"])"), R"(["NaN"])");

  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, "\0\0\xc0\x7f"sv);
}

}  // namespace
}  // namespace rockpool::engine
