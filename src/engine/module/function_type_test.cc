#include "engine/module/function_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::engine {
namespace {

using testing::HasSubstr;
using Kind = WitType::Kind;

FunctionType type(std::string_view text) {
  return parse_function_type(text).value();
}

WitType number(Kind kind) {
  WitType type;
  type.kind = kind;
  return type;
}

// A core function as an inspection tells it; `type` is what its export says.
struct CoreFunction {
  std::string name;
  std::vector<Kind> parameters;
  std::vector<Kind> results;
  std::string type;
};

Inspection module_of(const std::vector<CoreFunction>& functions) {
  Inspection inspection;
  for (const auto& [name, parameters, results, type] : functions) {
    TypedExport function{.name = name,
                         .interface = {},
                         .function = name,
                         .parameters = {},
                         .results = {},
                         .not_callable_because = {}};
    for (Kind kind : parameters) function.parameters.push_back({"", number(kind)});
    for (Kind kind : results) function.results.push_back(number(kind));
    inspection.typed_exports.push_back(std::move(function));
    inspection.exports.push_back({name, type});
  }
  return inspection;
}

const CoreFunction kMalloc = {"malloc", {Kind::S32}, {Kind::S32}, "func (i32) -> i32"};
const CoreFunction kSum = {"sum", {Kind::S32, Kind::S32}, {Kind::S64}, "func (i32, i32) -> i64"};

Inspection with_memory(std::vector<CoreFunction> functions) {
  auto inspection = module_of(functions);
  inspection.exports.push_back({"memory", "memory"});
  return inspection;
}

std::string failure_of(const Inspection& inspection, const FunctionTypes& types) {
  auto checked = check_function_types(inspection, types);
  if (checked) return "";
  EXPECT_EQ(checked.error().code(), ErrorCode::NoEntryPoint);
  return checked.error().message();
}

TEST(FunctionType, ReadsWhatItWrites) {
  for (std::string_view text : {"()", "(list<s32>) -> s64",
                                "(s32, list<f64>, u64) -> (list<u8>, f32)", "() -> list<s16>"}) {
    EXPECT_EQ(to_string(type(text)), text);
  }
  EXPECT_EQ(type(" ( list < s32 >,f64 )->list<s32> "), type("(list<s32>, f64) -> list<s32>"));
  EXPECT_EQ(type("(s32) -> ()"), type("(s32)"));
}

TEST(FunctionType, SaysWhatIsWrongWithAText) {
  struct {
    std::string_view text;
    std::string_view why;
  } const kBad[] = {{"", "'(' is missing"},
                    {"list<s32>", "'(' is missing"},
                    {"(s32", "')' is missing"},
                    {"(list)", "followed by '<'"},
                    {"(list<s32)", "'>' is missing"},
                    {"(list<list<s32>>)", "'list' is no number type"},
                    {"(string)", "'string' is no number type"},
                    {"(u8)", "take no u8 but in lists"},
                    {"(s32) -> ", "'' is no number type"},
                    {"(s32) -> s32, s32", "', s32' is too much"}};
  for (const auto& [text, why] : kBad) {
    auto parsed = parse_function_type(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(parsed.error().message(), HasSubstr(why));
  }
}

TEST(CheckFunctionTypes, AListIsAnAddressAndACount) {
  auto inspection = with_memory({kSum, kMalloc});

  EXPECT_EQ(failure_of(inspection, {{"sum", type("(list<s32>) -> s64")}}), "");
  EXPECT_EQ(failure_of(inspection, {{"sum", type("(s32, u32) -> u64")}}), "");
  EXPECT_THAT(failure_of(inspection, {{"sum", type("(list<s32>) -> s32")}}),
              HasSubstr("func (i32, i32) -> i64, which can't be (list<s32>) -> s32"));
  EXPECT_THAT(failure_of(inspection, {{"sum", type("(list<s32>, s32) -> s64")}}),
              HasSubstr("types.sum: "));
}

TEST(CheckFunctionTypes, AListLeavesAsValuesByAddressOrThroughTheFirstParameter) {
  std::vector<Kind> pair = {Kind::S32, Kind::S32};
  std::vector<Kind> three = {Kind::S32, Kind::S32, Kind::S32};
  auto inspection = with_memory({{"values", pair, pair, "func (i32, i32) -> (i32, i32)"},
                                 {"address", pair, {Kind::S32}, "func (i32, i32) -> i32"},
                                 {"returned", three, {}, "func (i32, i32, i32)"},
                                 kMalloc});
  auto scale = type("(list<f64>) -> list<f64>");

  EXPECT_EQ(failure_of(inspection, {{"values", scale}, {"address", scale}, {"returned", scale}}),
            "");
  EXPECT_NE(failure_of(inspection, {{"address", type("(list<u8>) -> (list<u8>, s32)")}}), "");
}

TEST(CheckFunctionTypes, TheFunctionHasToBeThere) {
  auto inspection = with_memory({kSum, kMalloc});

  EXPECT_THAT(failure_of(inspection, {{"sun", type("(list<s32>) -> s64")}}),
              HasSubstr("did you mean 'sum'?"));
}

TEST(CheckFunctionTypes, ListsNeedAMemoryAndArgumentsAnAllocator) {
  FunctionTypes sum = {{"sum", type("(list<s32>) -> s64")}};

  EXPECT_THAT(failure_of(module_of({kSum, kMalloc}), sum), HasSubstr("'memory'"));
  EXPECT_THAT(failure_of(with_memory({kSum}), sum), HasSubstr("'allocate'"));
  CoreFunction takes_two = {
      "malloc", {Kind::S32, Kind::S32}, {Kind::S32}, "func (i32, i32) -> i32"};
  EXPECT_THAT(failure_of(with_memory({kSum, takes_two}), sum), HasSubstr("'allocate'"));
}

TEST(CheckFunctionTypes, ResultsAloneNeedNoAllocator) {
  std::vector<Kind> pair = {Kind::S32, Kind::S32};
  auto inspection = with_memory({{"table", {}, pair, "func () -> (i32, i32)"}});

  EXPECT_EQ(failure_of(inspection, {{"table", type("() -> list<f32>")}}), "");
}

TEST(CheckFunctionTypes, AnyOfTheAllocatorsWillDo) {
  FunctionTypes sum = {{"sum", type("(list<s32>) -> s64")}};
  auto with = [](std::string name, std::string type) {
    auto inspection = with_memory({kSum});
    inspection.exports.push_back({std::move(name), std::move(type)});
    return inspection;
  };

  EXPECT_EQ(failure_of(with("allocate", "func (i32) -> i32"), sum), "");
  EXPECT_EQ(failure_of(with("malloc", "func (i32) -> i32"), sum), "");
  EXPECT_EQ(failure_of(with("cabi_realloc", "func (i32, i32, i32, i32) -> i32"), sum), "");
}

TEST(CheckFunctionTypes, ComponentsHaveTheirOwn) {
  Inspection component;
  component.kind = BinaryKind::Component;

  EXPECT_THAT(failure_of(component, {{"add", type("(s32) -> s32")}}), HasSubstr("component"));
}

TEST(Declared, TheSignaturesTypesTakeThePlaceOfTheModules) {
  auto inspection = with_memory({kSum, kMalloc});
  FunctionTypes types = {{"sum", type("(list<s32>) -> u64")}};

  auto sum = declared(inspection.typed_exports[0], types);
  auto malloc = declared(inspection.typed_exports[1], types);

  ASSERT_EQ(sum.parameters.size(), 1U);
  EXPECT_EQ(to_string(sum.parameters[0].type), "list<s32>");
  EXPECT_EQ(to_string(sum.results.at(0)), "u64");
  EXPECT_EQ(malloc, inspection.typed_exports[1]);
}

}  // namespace
}  // namespace rockpool::engine
