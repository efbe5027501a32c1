#include "engine/module/wit_type.h"

#include <gtest/gtest.h>

#include "engine/module/wit_type_json.h"

namespace rockpool::engine {
namespace {

struct Case {
  std::string_view tree;
  std::string_view wit;
};

constexpr Case kCases[] = {
    {R"("bool")", "bool"},
    {R"("u64")", "u64"},
    {R"("string")", "string"},
    {R"({"list":{"option":"u8"}})", "list<option<u8>>"},
    {R"({"result":[null,null]})", "result"},
    {R"({"result":["u8",null]})", "result<u8>"},
    {R"({"result":[null,"string"]})", "result<_, string>"},
    {R"({"result":["u8","string"]})", "result<u8, string>"},
    {R"({"tuple":["u8","char"]})", "tuple<u8, char>"},
    {R"({"record":[["x","s32"],["y",{"list":"f64"}]]})", "record { x: s32, y: list<f64> }"},
    {R"({"enum":["red","green"]})", "enum { red, green }"},
    {R"({"variant":[["circle","f64"],["none",null]]})", "variant { circle(f64), none }"},
    {R"({"flags":["r","w"]})", "flags { r, w }"},
};

TEST(WitType, IsWrittenAsInWit) {
  for (const Case& c : kCases) {
    auto type = wit_type_from_json(json::parse(c.tree).value(), "type");

    ASSERT_TRUE(type) << c.tree;
    EXPECT_EQ(to_string(*type), c.wit);
  }
}

TEST(WitType, ComesBackFromItsTree) {
  for (const Case& c : kCases) {
    auto type = wit_type_from_json(json::parse(c.tree).value(), "type");

    ASSERT_TRUE(type) << c.tree;
    EXPECT_EQ(json::dump(to_json(*type)), c.tree);
  }
}

TEST(WitType, OtherTreesAreRefusedWithTheirPlace) {
  for (const char* tree :
       {"null", "7", R"("u7")", "{}", R"({"list":"u7"})", R"({"list":"u8","x":1})",
        R"({"result":["u8"]})", R"({"result":"u8"})", R"({"record":["x"]})",
        R"({"record":[["x"]]})", R"({"record":[[1,"u8"]]})", R"({"enum":[1]})",
        R"({"variant":[["a","u7"]]})", R"({"flags":"r"})", R"({"tuple":[null]})", "[]"}) {
    auto type = wit_type_from_json(json::parse(tree).value(), "here");

    ASSERT_FALSE(type) << tree;
    EXPECT_TRUE(type.error().message().starts_with("here")) << type.error().message();
  }
}

}  // namespace
}  // namespace rockpool::engine
