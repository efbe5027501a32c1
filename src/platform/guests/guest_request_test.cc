#include "platform/guests/guest_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::platform {
namespace {

using engine::Abi;
using engine::Inspection;
using engine::TypedExport;
using engine::WitType;
using testing::HasSubstr;

TypedExport exported(std::string name, std::size_t parameters, std::size_t results) {
  WitType number;
  number.kind = WitType::Kind::S32;
  TypedExport function{.name = name,
                       .interface = {},
                       .function = name,
                       .parameters = {},
                       .results = {},
                       .not_callable_because = {}};
  function.parameters.assign(parameters, {.name = {}, .type = number});
  function.results.assign(results, number);
  return function;
}

Inspection inspection_of(std::vector<TypedExport> exports) {
  Inspection inspection;
  inspection.typed_exports = std::move(exports);
  return inspection;
}

std::string chosen(const Inspection& inspection, Abi abi, std::string_view path) {
  auto found = choose_export(inspection, abi, path);
  return found ? (*found)->name : found.error().message();
}

TEST(ChooseExport, ThePathNamesIt) {
  auto inspection = inspection_of({exported("sum", 2, 1), exported("a b", 0, 1)});

  EXPECT_EQ(chosen(inspection, Abi::Typed, "/sum"), "sum");
  EXPECT_EQ(chosen(inspection, Abi::Typed, "/a%20b"), "a b");
  EXPECT_THAT(chosen(inspection, Abi::Typed, "/sums"), HasSubstr("there are sum, a b"));
  EXPECT_THAT(chosen(inspection, Abi::Typed, ""), HasSubstr("must name one"));
}

TEST(ChooseExport, JsonCallsNameFunctionsFromTextToTextAlone) {
  auto inspection = inspection_of(
      {exported("malloc", 1, 1), exported("greet", 2, 2), exported("__wasm_setup", 0, 0)});

  EXPECT_EQ(chosen(inspection, Abi::Json, ""), "greet");
  EXPECT_EQ(chosen(inspection, Abi::Json, "/greet"), "greet");
  EXPECT_THAT(chosen(inspection, Abi::Json, "/malloc"), HasSubstr("there are greet"));
  EXPECT_EQ(chosen(inspection, Abi::Typed, "/malloc"), "malloc");
}

TEST(ChooseExport, SaysWhyOneCantBeCalled) {
  auto open = exported("open", 1, 1);
  open.not_callable_because = "it uses a resource";

  EXPECT_THAT(chosen(inspection_of({open}), Abi::Typed, "/open"), HasSubstr("it uses a resource"));
}

TEST(ChooseExport, NothingIsBelowACommand) {
  EXPECT_TRUE(check_names_no_export(""));
  EXPECT_TRUE(check_names_no_export("/"));
  EXPECT_EQ(check_names_no_export("/main").error().code(), ErrorCode::ExportNotFound);
}

}  // namespace
}  // namespace rockpool::platform
