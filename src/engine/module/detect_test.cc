#include "engine/module/detect.h"

#include <gtest/gtest.h>

namespace rockpool::engine {
namespace {

TypedExport callable(std::string name) {
  return {.name = name,
          .interface = {},
          .function = name,
          .parameters = {},
          .results = {},
          .not_callable_because = {}};
}

TypedExport from_text_to_text(std::string name) {
  WitType number;
  number.kind = WitType::Kind::S32;
  auto function = callable(std::move(name));
  function.parameters = {{.name = {}, .type = number}, {.name = {}, .type = number}};
  function.results = {number, number};
  return function;
}

struct Case {
  std::string_view what;
  BinaryKind kind;
  std::vector<Export> exports;
  std::vector<Import> imports;
  std::vector<TypedExport> typed_exports;
  std::vector<Abi> abis;
};

const Case kCases[] = {
    {"nothing", BinaryKind::CoreModule, {}, {}, {}, {}},
    {"http component",
     BinaryKind::Component,
     {{"wasi:http/incoming-handler@0.2.6", "instance"}},
     {},
     {},
     {Abi::Http}},
    {"http component of WASI 0.3",
     BinaryKind::Component,
     {{"wasi:http/handler@0.3.0", "instance"}},
     {},
     {},
     {}},
    {"a draft before 0.2",
     BinaryKind::Component,
     {{"wasi:http/incoming-handler@2023-12-05", "instance"}},
     {},
     {},
     {}},
    {"command component",
     BinaryKind::Component,
     {{"wasi:cli/run@0.2.0", "instance"}},
     {},
     {},
     {Abi::Cgi, Abi::Argv}},
    {"component that is both",
     BinaryKind::Component,
     {{"wasi:cli/run@0.2.0", "instance"}, {"wasi:http/incoming-handler@0.2.0", "instance"}},
     {},
     {},
     {Abi::Http, Abi::Cgi, Abi::Argv}},
    {"component of plain functions",
     BinaryKind::Component,
     {{"add", "func"}},
     {},
     {callable("add")},
     {Abi::Typed}},
    {"component of resources alone",
     BinaryKind::Component,
     {{"a:b/c", "instance"}},
     {},
     {{"open", "a:b/c", "open", {}, {}, "it uses a resource"}},
     {}},
    {"command module",
     BinaryKind::CoreModule,
     {{"_start", "func ()"}},
     {},
     {},
     {Abi::Cgi, Abi::Argv}},
    {"a _start of another type", BinaryKind::CoreModule, {{"_start", "func (i32)"}}, {}, {}, {}},
    {"a _start that is a global", BinaryKind::CoreModule, {{"_start", "global i32"}}, {}, {}, {}},
    {"a core export that is named like an interface",
     BinaryKind::CoreModule,
     {{"wasi:http/incoming-handler@0.2.0", "func ()"}},
     {},
     {callable("wasi:http/incoming-handler@0.2.0")},
     {Abi::Typed}},
    {"waverless module",
     BinaryKind::CoreModule,
     {{"handle", "func ()"}, {"allocate", "func (i32) -> i32"}},
     {{"env", "kv_set", "func (i32, i32, i32, i32)"}},
     {callable("handle")},
     {Abi::Waverless, Abi::Typed}},
    {"edge module",
     BinaryKind::CoreModule,
     {{"canonical_abi_realloc", "func (i32, i32, i32, i32) -> i32"}},
     {},
     {},
     {Abi::Edge}},
    {"json module",
     BinaryKind::CoreModule,
     {{"memory", "memory"}, {"__heap_base", "global i32"}},
     {},
     {from_text_to_text("greet")},
     {Abi::Json, Abi::Typed}},
    {"json module that imports WASI",
     BinaryKind::CoreModule,
     {{"memory", "memory"}, {"__heap_base", "global i32"}},
     {{"wasi_snapshot_preview1", "fd_write", "func (i32, i32, i32, i32) -> i32"}},
     {from_text_to_text("greet"), callable("count")},
     {Abi::Json, Abi::Typed}},
    {"json module that is a command",
     BinaryKind::CoreModule,
     {{"memory", "memory"}, {"__heap_base", "global i32"}, {"_start", "func ()"}},
     {},
     {from_text_to_text("greet")},
     {Abi::Cgi, Abi::Argv, Abi::Json, Abi::Typed}},
    {"the same without a heap",
     BinaryKind::CoreModule,
     {{"memory", "memory"}},
     {},
     {from_text_to_text("greet")},
     {Abi::Typed}},
    {"the same with a heap of 64 bits",
     BinaryKind::CoreModule,
     {{"memory", "memory"}, {"__heap_base", "global i64"}},
     {},
     {from_text_to_text("greet")},
     {Abi::Typed}},
    {"the same without a memory",
     BinaryKind::CoreModule,
     {{"__heap_base", "global i32"}},
     {},
     {from_text_to_text("greet")},
     {Abi::Typed}},
    {"memory and heap beside other functions",
     BinaryKind::CoreModule,
     {{"memory", "memory"}, {"__heap_base", "global i32"}},
     {},
     {callable("count")},
     {Abi::Typed}},
    {"module with memory alone", BinaryKind::CoreModule, {{"memory", "memory"}}, {}, {}, {}},
};

TEST(Detect, EveryKindOfModuleIsNamedInOrder) {
  for (const Case& c : kCases) {
    Inspection inspection;
    inspection.kind = c.kind;
    inspection.exports = c.exports;
    inspection.imports = c.imports;
    inspection.typed_exports = c.typed_exports;

    EXPECT_EQ(detect_abis(inspection), c.abis) << c.what;
  }
}

TEST(Abi, NamesComeBack) {
  for (Abi abi : all_abis()) EXPECT_EQ(abi_of(name_of(abi)), abi);
  EXPECT_EQ(abi_of("wasm"), std::nullopt);
}

TEST(Abi, AllButTheHostInterfacesOfOthersRun) {
  for (Abi abi : all_abis()) EXPECT_EQ(runs(abi), abi != Abi::Waverless && abi != Abi::Edge);
}

}  // namespace
}  // namespace rockpool::engine
