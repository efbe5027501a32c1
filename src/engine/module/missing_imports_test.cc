#include "engine/module/missing_imports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace rockpool::engine {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::array<std::string_view, 3> kCore = {"wasi_snapshot_preview1.fd_read",
                                                   "wasi_snapshot_preview1.fd_write",
                                                   "wasi_snapshot_preview1.proc_exit"};
constexpr std::array<std::string_view, 3> kInterfaces = {
    "wasi:io/streams@0.2.12", "wasi:clocks/wall-clock@0.2.12", "wasi:http/types@0.2.12"};

std::vector<MissingImport> missing(BinaryKind kind, Import import) {
  Inspection inspection;
  inspection.kind = kind;
  inspection.imports.push_back(std::move(import));
  return missing_imports(inspection, Offers{kCore, kInterfaces});
}

TEST(MissingImports, WhatIsOfferedIsNotMissing) {
  EXPECT_THAT(missing(BinaryKind::CoreModule, {"wasi_snapshot_preview1", "fd_write", "func ()"}),
              IsEmpty());
  EXPECT_THAT(missing(BinaryKind::Component, {"wasi:io/streams@0.2.0", "", "instance"}), IsEmpty());
  EXPECT_THAT(missing(BinaryKind::Component, {"error", "", "type"}), IsEmpty());
}

TEST(MissingImports, AFunctionsNameIsNoMemorys) {
  EXPECT_THAT(missing(BinaryKind::CoreModule, {"wasi_snapshot_preview1", "fd_write", "memory"}),
              SizeIs(1));
}

TEST(MissingImports, VersionsLinkAsWasmtimeLinksThem) {
  EXPECT_TRUE(links_to("a:b/c@0.2.0", "a:b/c@0.2.12"));
  EXPECT_TRUE(links_to("a:b/c@0.2.99", "a:b/c@0.2.12"));
  EXPECT_TRUE(links_to("a:b/c@1.0.0", "a:b/c@1.4.2"));
  EXPECT_TRUE(links_to("a:b/c", "a:b/c"));
  EXPECT_TRUE(links_to("a:b/c@0.2.0-rc.1", "a:b/c@0.2.0-rc.1"));
  EXPECT_FALSE(links_to("a:b/c@0.3.0", "a:b/c@0.2.12"));
  EXPECT_FALSE(links_to("a:b/c@0.2.0-rc.1", "a:b/c@0.2.12"));
  EXPECT_FALSE(links_to("a:b/c@0.0.1", "a:b/c@0.0.2"));
  EXPECT_FALSE(links_to("a:b/c@2.0.0", "a:b/c@1.0.0"));
  EXPECT_FALSE(links_to("a:b/d@0.2.0", "a:b/c@0.2.0"));
  EXPECT_FALSE(links_to("a:b/c", "a:b/c@0.2.0"));
}

struct Case {
  BinaryKind kind;
  Import import;
  std::string_view nearest;
  std::string_view advice;
};

const Case kCases[] = {
    {BinaryKind::CoreModule,
     {"wasi_unstable", "fd_write", "func ()"},
     "wasi_snapshot_preview1.fd_write",
     "wasm32-wasip1"},
    {BinaryKind::CoreModule,
     {"wasi_snapshot_preview1", "fd_wirte", "func ()"},
     "wasi_snapshot_preview1.fd_write",
     "no such function"},
    {BinaryKind::CoreModule, {"wasi_snapshot_preview1", "sock_open", "func ()"}, "", "socket"},
    {BinaryKind::CoreModule, {"gojs", "runtime.wasmExit", "func ()"}, "", "GOOS=wasip1"},
    {BinaryKind::CoreModule, {"go", "syscall/js.valueGet", "func ()"}, "", "GOOS=wasip1"},
    {BinaryKind::CoreModule, {"wbg", "__wbg_log_1", "func ()"}, "", "wasm-bindgen"},
    {BinaryKind::CoreModule, {"env", "emscripten_resize_heap", "func ()"}, "", "-sSTANDALONE_WASM"},
    {BinaryKind::CoreModule, {"a", "b", "func ()"}, "", "-sSTANDALONE_WASM"},
    {BinaryKind::CoreModule, {"env", "my_function", "func ()"}, "", "No library defines"},
    {BinaryKind::CoreModule, {"env", "memory", "memory"}, "", "--import-memory"},
    {BinaryKind::CoreModule, {"env", "kv_set", "func ()"}, "", "waverless"},
    {BinaryKind::CoreModule, {"wasi", "thread-spawn", "func ()"}, "", "Threads"},
    {BinaryKind::CoreModule,
     {"wasi:io/streams@0.2.0", "read", "func ()"},
     "",
     "wasm-tools component new"},
    {BinaryKind::CoreModule, {"mine", "table", "table"}, "", "own memories, tables"},
    {BinaryKind::Component,
     {"wasi:io/streams@0.3.0", "", "instance"},
     "wasi:io/streams@0.2.12",
     "WASI 0.3"},
    {BinaryKind::Component,
     {"wasi:io/streams@2023-11-10", "", "instance"},
     "wasi:io/streams@0.2.12",
     "draft"},
    {BinaryKind::Component, {"wasi:keyvalue/store@0.2.0-draft", "", "instance"}, "", "draft"},
    {BinaryKind::Component, {"wasi:keyvalue/store@0.2.0", "", "instance"}, "", "key-value"},
    {BinaryKind::Component, {"wasi:sockets/tcp@0.3.0", "", "instance"}, "", "WASI 0.3"},
    {BinaryKind::Component, {"mine:own/thing", "", "instance"}, "", "wac plug"},
    {BinaryKind::Component, {"callback", "", "func"}, "", "wac plug"},
};

TEST(MissingImports, EachComesWithTheNearestAndAdvice) {
  for (const Case& c : kCases) {
    auto found = missing(c.kind, c.import);

    ASSERT_THAT(found, SizeIs(1)) << c.import.module << "." << c.import.name;
    EXPECT_EQ(found[0].import, c.import);
    EXPECT_THAT(found[0].advice, HasSubstr(c.advice)) << c.import.module << "." << c.import.name;
    if (!c.nearest.empty()) {
      EXPECT_EQ(found[0].nearest, c.nearest);
    }
  }
}

TEST(MissingImports, ThisServerOffersWasi) {
  Inspection command;
  command.imports = {{"wasi_snapshot_preview1", "fd_write", "func ()"},
                     {"wasi_snapshot_preview1", "poll_oneoff", "func ()"},
                     {"wasi_snapshot_preview1", "sock_shutdown", "func ()"}};
  Inspection component;
  component.kind = BinaryKind::Component;
  component.imports = {{"wasi:cli/environment@0.2.0", "", "instance"},
                       {"wasi:sockets/tcp@0.2.12", "", "instance"},
                       {"wasi:http/types@0.2.6", "", "instance"}};

  EXPECT_THAT(missing_imports(command), IsEmpty());
  EXPECT_THAT(missing_imports(component), IsEmpty());
}

TEST(MissingImports, AThousandOfThemAreListedQuickly) {
  Inspection inspection;
  for (int i = 0; i < 1000; ++i)
    inspection.imports.push_back({"env", std::string(10'000, 'x'), "func ()"});

  auto found = missing_imports(inspection, Offers{kCore, kInterfaces});

  EXPECT_THAT(found, SizeIs(1000));
}

}  // namespace
}  // namespace rockpool::engine
