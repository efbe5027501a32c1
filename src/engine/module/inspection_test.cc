#include "engine/module/inspection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/test_binaries.h"

namespace rockpool::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

WitType plain(WitType::Kind kind) {
  return {kind, {}, {}, {}};
}

TEST(Inspection, AnEmptyModuleHasNoEntryPoint) {
  auto inspection = inspect(kEmptyModule);

  ASSERT_TRUE(inspection) << inspection.error().message();
  EXPECT_EQ(*inspection, Inspection());
  EXPECT_EQ(no_entry_point(*inspection).code(), ErrorCode::NoEntryPoint);
  EXPECT_THAT(no_entry_point(*inspection).message(), HasSubstr("it exports nothing"));
}

TEST(Inspection, ACommandIsCgi) {
  auto inspection = inspect(kCommand);

  ASSERT_TRUE(inspection) << inspection.error().message();
  EXPECT_EQ(inspection->kind, BinaryKind::CoreModule);
  EXPECT_EQ(inspection->abi, Abi::Cgi);
  EXPECT_THAT(inspection->possible_abis, ElementsAre(Abi::Cgi, Abi::Argv));
  EXPECT_THAT(inspection->imports,
              ElementsAre(Import{"wasi_snapshot_preview1", "proc_exit", "func (i32)"}));
  EXPECT_THAT(inspection->exports,
              ElementsAre(Export{"memory", "memory"}, Export{"_start", "func ()"}));
  EXPECT_EQ(inspection->initial_memory_bytes, 2U * 65536U);
}

TEST(Inspection, ExportedFunctionsOfScalarsAreTyped) {
  auto inspection = inspect(kScalars);

  ASSERT_TRUE(inspection) << inspection.error().message();
  EXPECT_EQ(inspection->abi, Abi::Typed);
  ASSERT_THAT(inspection->typed_exports, SizeIs(2));
  const TypedExport& swap = inspection->typed_exports[0];
  EXPECT_EQ(swap.name, "swap");
  EXPECT_THAT(swap.parameters, ElementsAre(Parameter{"", plain(WitType::Kind::S32)},
                                           Parameter{"", plain(WitType::Kind::F64)}));
  EXPECT_THAT(swap.results, ElementsAre(plain(WitType::Kind::S64), plain(WitType::Kind::F32)));
  EXPECT_EQ(swap.not_callable_because, "");
  EXPECT_EQ(inspection->typed_exports[1].name, "hold");
  EXPECT_THAT(inspection->typed_exports[1].not_callable_because, HasSubstr("references"));
  EXPECT_THAT(inspection->exports,
              testing::Contains(Export{"swap", "func (i32, f64) -> (i64, f32)"}));
}

TEST(Inspection, FunctionsOfComponentsHaveWitTypes) {
  auto inspection = inspect(kComponent);

  ASSERT_TRUE(inspection) << inspection.error().message();
  EXPECT_EQ(inspection->kind, BinaryKind::Component);
  EXPECT_EQ(inspection->abi, Abi::Typed);
  EXPECT_EQ(inspection->initial_memory_bytes, 3U * 65536U);
  ASSERT_THAT(inspection->typed_exports, SizeIs(4));
  const auto& functions = inspection->typed_exports;
  EXPECT_EQ(functions[0].name, "test:math/ops@1.0.0#add");
  EXPECT_EQ(functions[0].interface, "test:math/ops@1.0.0");
  EXPECT_EQ(functions[0].function, "add");
  EXPECT_THAT(functions[0].parameters, ElementsAre(Parameter{"a", plain(WitType::Kind::U32)},
                                                   Parameter{"b", plain(WitType::Kind::U32)}));
  EXPECT_EQ(functions[1].name, "is-full");
  EXPECT_EQ(to_string(functions[1].parameters[0].type), "option<u8>");
  EXPECT_THAT(functions[1].results, ElementsAre(plain(WitType::Kind::Bool)));
  EXPECT_EQ(functions[2].name, "test:math/more#add");
}

TEST(Inspection, FunctionsOfResourcesAreListedButNotCallable) {
  auto inspection = inspect(kComponent);

  ASSERT_TRUE(inspection) << inspection.error().message();
  const TypedExport& size = inspection->typed_exports.back();
  EXPECT_EQ(size.name, "size");
  EXPECT_EQ(size.interface, "");
  EXPECT_EQ(size.not_callable_because, "it uses a resource");
}

TEST(Inspection, AnHttpComponentIsToldByItsExport) {
  auto inspection = inspect(kHttpComponent);

  ASSERT_TRUE(inspection) << inspection.error().message();
  EXPECT_EQ(inspection->abi, Abi::Http);
  EXPECT_THAT(inspection->imports, ElementsAre(Import{"wasi:io/error@0.2.3", "", "instance"}));
  EXPECT_THAT(inspection->typed_exports, IsEmpty());
}

TEST(Inspection, LongSectionSizesAreAccepted) {
  // The export section of kCommand is 19 bytes long; here its size takes five.
  std::string padded(kCommand);
  std::size_t section = padded.find("\x07\x13\x02\x06memory"sv);
  ASSERT_NE(section, std::string::npos);
  padded.replace(section, 2, "\x07\x93\x80\x80\x80\x00"sv);

  auto inspection = inspect(padded);

  ASSERT_TRUE(inspection) << inspection.error().message();
  EXPECT_EQ(*inspection, inspect(kCommand).value());
}

TEST(Inspection, WhatIsNoModuleIsToldFor) {
  const std::pair<std::string_view, std::string_view> kOthers[] = {
      {"", "empty"},
      {"hello, world", "does not begin with"},
      {"\n (module)", "text format"},
      {"\x1f\x8b\x08", "compressed"}};
  for (const auto& [bytes, told] : kOthers) {
    auto inspection = inspect(bytes);

    ASSERT_FALSE(inspection);
    EXPECT_EQ(inspection.error().code(), ErrorCode::InvalidModule);
    EXPECT_THAT(inspection.error().message(), HasSubstr(told));
  }
}

TEST(Inspection, WhatIsWrongInAModuleHasAnOffset) {
  for (std::string_view bytes :
       {"\0asm\x01"sv, "\0asm\x07\0\0\0"sv, kCommand.substr(0, kCommand.size() / 2)}) {
    auto inspection = inspect(bytes);

    ASSERT_FALSE(inspection);
    EXPECT_EQ(inspection.error().code(), ErrorCode::InvalidModule);
    EXPECT_THAT(inspection.error().message(), HasSubstr("offset"));
  }
}

TEST(Inspection, AProposalThatIsOffIsUnsupportedNotInvalid) {
  auto inspection = inspect(kSharedMemory);

  ASSERT_FALSE(inspection);
  EXPECT_EQ(inspection.error().code(), ErrorCode::ModuleUnsupported);
  EXPECT_THAT(inspection.error().message(), HasSubstr("threads"));
}

TEST(Inspection, DamagedBytesNeverCrashIt) {
  for (std::string_view binary : {kCommand, kScalars, kComponent, kHttpComponent}) {
    for (std::size_t at = 8; at < binary.size(); ++at) {
      for (char mask : {'\x01', '\x80', '\x7f'}) {
        std::string damaged(binary);
        damaged[at] ^= mask;
        auto inspection = inspect(damaged);
        if (inspection) {
          EXPECT_TRUE(inspection_from_json(to_json(*inspection)));
        } else {
          EXPECT_TRUE(inspection.error().code() == ErrorCode::InvalidModule ||
                      inspection.error().code() == ErrorCode::ModuleUnsupported)
              << inspection.error().to_string();
        }
      }
    }
  }
}

TEST(InspectionJson, ComesBack) {
  for (std::string_view binary : {kEmptyModule, kCommand, kScalars, kComponent, kHttpComponent}) {
    auto inspection = inspect(binary);
    ASSERT_TRUE(inspection) << inspection.error().message();

    auto text = json::dump(to_json(*inspection));
    auto back = inspection_from_json(json::parse(text).value());

    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(*back, *inspection);
  }
}

TEST(InspectionJson, AnythingElseIsRefused) {
  json::Value good = to_json(inspect(kScalars).value());
  auto damaged = [&](std::string_view pointer, json::Value value) {
    json::Value copy = good;
    copy[json::Value::json_pointer(std::string(pointer))] = std::move(value);
    return inspection_from_json(copy);
  };

  ASSERT_TRUE(inspection_from_json(good));
  EXPECT_FALSE(inspection_from_json(json::Value()));
  EXPECT_FALSE(damaged("/kind", "dll"));
  EXPECT_FALSE(damaged("/abi", "wasm"));
  EXPECT_FALSE(damaged("/possible_abis/0", "wasm"));
  EXPECT_FALSE(damaged("/exports", 1));
  EXPECT_FALSE(damaged("/exports/0/type", 1));
  EXPECT_FALSE(damaged("/typed_exports/0/parameters/0/type", "i32"));
  EXPECT_FALSE(damaged("/initial_memory_bytes", -1));
}

TEST(NoEntryPoint, NamesWhatIsThere) {
  Inspection inspection;
  inspection.exports = {{"memory", "memory"}, {"open", "func"}};
  inspection.typed_exports = {{"open", "", "open", {}, {}, "it uses a resource"}};
  for (int i = 0; i < 30; ++i) inspection.exports.push_back({"more", "global i32"});

  std::string message = no_entry_point(inspection).message();

  EXPECT_THAT(message, HasSubstr("it exports memory: memory, open: func"));
  EXPECT_THAT(message, HasSubstr("and 12 more"));
  EXPECT_THAT(message, HasSubstr("'open' can't be called with JSON: it uses a resource"));
  EXPECT_THAT(message, HasSubstr("Export _start"));
}

}  // namespace
}  // namespace rockpool::engine
