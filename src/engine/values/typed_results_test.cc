#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/module/wit_type_json.h"
#include "engine/values/typed_values.h"

namespace rockpool::engine {
namespace {

using namespace std::string_view_literals;

std::vector<WitType> types_of(std::string_view trees) {
  std::vector<WitType> types;
  json::Value parsed = json::parse(trees).value();
  for (const auto& tree : parsed) types.push_back(wit_type_from_json(tree, "type").value());
  return types;
}

struct Case {
  std::string_view types;
  std::string_view bytes;
  std::string_view json;
};

constexpr Case kCases[] = {
    {"[]", "", "[]"},
    {R"(["bool", "bool"])", "\1\0"sv, "[true,false]"},
    {R"(["s8", "u8"])", "\x80\xff", "[-128,255]"},
    {R"(["s32"])", "\0\0\0\x80"sv, "[-2147483648]"},
    {R"(["s64"])", "\0\0\0\0\0\0\0\x80"sv, "[-9223372036854775808]"},
    {R"(["u64"])", "\xff\xff\xff\xff\xff\xff\xff\xff", "[18446744073709551615]"},
    {R"(["f32"])", "\xcd\xcc\xcc\x3d", "[0.10000000149011612]"},
    {R"(["f64"])", "\x9a\x99\x99\x99\x99\x99\xb9\x3f", "[0.1]"},
    {R"(["f32"])", "\0\0\xc0\x7f"sv, R"(["NaN"])"},
    {R"(["f64", "f64"])", "\0\0\0\0\0\0\xf0\x7f\0\0\0\0\0\0\xf0\xff"sv,
     R"(["Infinity","-Infinity"])"},
    {R"(["char", "char"])", "\0\xf6\x01\0\x22\0\0\0"sv, "[\"\xf0\x9f\x98\x80\",\"\\\"\"]"},
    {R"(["string"])", "\7\0\0\0a\"\\\n\x01\xc3\xa9"sv, "[\"a\\\"\\\\\\n\\u0001\xc3\xa9\"]"},
    {R"([{"list": "u8"}])", "\2\0\0\0\1\2"sv, "[[1,2]]"},
    {R"([{"option": "u8"}, {"option": "u8"}])", "\0\1\5"sv, "[null,5]"},
    {R"([{"option": {"option": "u8"}}])", "\1\0"sv, R"([{"some":null}])"},
    {R"([{"result": ["u8", null]}])", "\0\3"sv, R"([{"ok":3}])"},
    {R"([{"result": ["u8", null]}])", "\1", R"([{"err":null}])"},
    {R"([{"record": [["x", "u8"], ["y", "u8"]]}])", "\1\2", R"([{"x":1,"y":2}])"},
    {R"([{"tuple": ["u8", "bool"]}])", "\7\1", "[[7,true]]"},
    {R"([{"enum": ["a", "b"]}])", "\1\0\0\0"sv, R"(["b"])"},
    {R"([{"variant": [["a", null], ["b", "u8"]]}])", "\1\0\0\0\4"sv, R"([{"b":4}])"},
    {R"([{"flags": ["r", "w", "x"]}])", "\1\0\1"sv, R"([["r","x"]])"},
};

TEST(TypedResults, EveryTypeHasItsJson) {
  for (const Case& c : kCases) {
    auto json = decode_results(types_of(c.types), c.bytes);

    ASSERT_TRUE(json) << c.json << ": " << json.error().message();
    EXPECT_EQ(*json, c.json);
  }
}

TEST(TypedResults, ResultsAreGoodArguments) {
  for (const Case& c : kCases) {
    std::vector<Parameter> parameters;
    for (const WitType& type : types_of(c.types)) parameters.push_back({"", type});

    auto bytes = encode_arguments(parameters, c.json);

    ASSERT_TRUE(bytes) << bytes.error().message();
    EXPECT_EQ(*bytes, c.bytes);
  }
}

TEST(TypedResults, BytesThatDoNotFitAreOurBug) {
  for (const Case& c : kCases) {
    auto types = types_of(c.types);
    auto too_many = decode_results(types, std::string(c.bytes) + '\0');
    ASSERT_FALSE(too_many);
    EXPECT_EQ(too_many.error().code(), ErrorCode::Internal);
    for (std::size_t size = 0; size < c.bytes.size(); ++size)
      EXPECT_FALSE(decode_results(types, c.bytes.substr(0, size))) << c.json;
  }
  EXPECT_FALSE(decode_results(types_of(R"([{"enum": ["a"]}])"), "\1\0\0\0"sv));
  EXPECT_FALSE(decode_results(types_of(R"(["bool"])"), "\2"));
  EXPECT_FALSE(decode_results(types_of(R"(["char"])"), "\0\xd8\0\0"sv));
  EXPECT_FALSE(decode_results(types_of(R"([{"list": "u8"}])"), "\xff\xff\xff\xff\1"));
}

}  // namespace
}  // namespace rockpool::engine
