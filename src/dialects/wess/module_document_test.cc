#include "dialects/wess/module_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace rockpool::dialects::wess {
namespace {

using ::testing::StartsWith;

platform::Function function_with(const json::Value& settings) {
  platform::Version version{.digest = Digest::of("")};
  version.settings = platform::settings_from_json(settings).value();
  platform::Function function{.name = FunctionName::parse("f").value()};
  function.live = std::make_shared<const platform::Version>(std::move(version));
  engine::TypedExport exported;
  exported.name = "first";
  engine::WitType number;
  number.kind = engine::WitType::Kind::F32;
  exported.parameters = {{"", number}};
  auto inspection = std::make_shared<engine::Inspection>();
  inspection->typed_exports = {exported};
  function.inspection = std::move(inspection);
  return function;
}

TEST(ModuleDocument, ReadsWhatItWrites) {
  ModuleDocument document{std::string("\0asm\xff", 5),
                          {"answer", {ValueType::I32, ValueType::F64Array}, {ValueType::I64}}};

  auto read = parse_module(to_json(document));

  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->wasm, document.wasm);
  EXPECT_EQ(read->metadata, document.metadata);
}

TEST(ModuleDocument, MembersItDoesNotKnowDoNotMatter) {
  auto read = parse_module(
      R"({"id":1,"metadata":{"args":[null,"I32"],"x":{},"returnType":[],"functionName":"f"},"wasm":[1]})");

  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->metadata.arguments, std::vector{ValueType::I32});
}

TEST(ModuleDocument, LimitsAreExclusive) {
  auto of_size = [](std::size_t bytes) {
    return to_json(ModuleDocument{std::string(bytes, 'x'), {"f", {}, {}}});
  };
  auto of_name = [](const std::string& name) {
    return to_json(ModuleDocument{"x", {name, {}, {}}});
  };
  auto of_types = [](std::size_t count) {
    return to_json(ModuleDocument{"x", {"f", {}, std::vector(count, ValueType::I32)}});
  };

  EXPECT_TRUE(parse_module(of_size(kMaxModuleBytes - 1)));
  EXPECT_THAT(parse_module(of_size(kMaxModuleBytes)).error().message(), StartsWith("Invalid Wasm"));
  EXPECT_TRUE(parse_module(of_name(std::string(15, 'a'))));
  EXPECT_THAT(parse_module(of_name(std::string(16, 'a'))).error().message(),
              StartsWith("Invalid Json: functionName"));
  EXPECT_TRUE(parse_module(of_types(15)));
  EXPECT_THAT(parse_module(of_types(16)).error().message(), StartsWith("Invalid Json: args"));
}

TEST(Metadata, ComesBackFromTheFunctionsSettings) {
  Metadata metadata{"sum", {}, {ValueType::I32, ValueType::F32}};

  auto read = metadata_of(function_with(settings_patch(metadata)));

  ASSERT_TRUE(read);
  EXPECT_EQ(*read, metadata);
}

TEST(Metadata, ArraysMakeAType) {
  Metadata metadata{"scaled", {ValueType::F64Array}, {ValueType::F64Array, ValueType::I32}};

  auto patch = settings_patch(metadata, {{"earlier", {}}});

  EXPECT_EQ(patch["types"]["scaled"], "(list<f64>, s32) -> list<f64>");
  EXPECT_TRUE(patch["types"]["earlier"].is_null());
  auto settings = json::merge_patch(json::Value::object(), patch);
  EXPECT_EQ(metadata_of(function_with(settings)).value(), metadata);
  EXPECT_TRUE(settings_patch({"sum", {}, {ValueType::I32}})["types"].empty());
}

TEST(Metadata, FollowsFromTypesWhereLabelsAreGone) {
  auto read = metadata_of(function_with({{"types", {{"first", "(list<s64>) -> list<f32>"}}}}));

  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (Metadata{"first", {ValueType::F32Array}, {ValueType::I64Array}}));
}

TEST(Metadata, FollowsFromTheModuleWhereLabelsAreGone) {
  auto absent = metadata_of(function_with(json::Value::object()));
  auto broken = settings_patch({"sum", {}, {}});
  broken["labels"]["wess.args"] = "I32,X";

  ASSERT_TRUE(absent);
  EXPECT_EQ(*absent, (Metadata{"first", {}, {ValueType::F32}}));
  EXPECT_EQ(metadata_of(function_with(broken))->function_name, "first");
}

}  // namespace
}  // namespace rockpool::dialects::wess
