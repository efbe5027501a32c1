#include "samples/samples.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rockpool::samples {
namespace {

constexpr std::string_view kWasmMagic("\0asm", 4);
constexpr size_t kMaxSampleBytes = 200 * 1024;

TEST(Samples, EachNameIsASmallModuleOfItsOwn) {
  std::set<std::string_view> modules;

  for (const std::string_view name : sample_names()) {
    const std::optional<std::string_view> module = sample(name);

    ASSERT_TRUE(module) << name;
    EXPECT_TRUE(module->starts_with(kWasmMagic)) << name;
    EXPECT_LT(module->size(), kMaxSampleBytes) << name;
    EXPECT_TRUE(modules.insert(*module).second) << name;
  }
  EXPECT_EQ(modules.size(), 4U);
}

TEST(Samples, NameLeadsToTheModuleOfThatName) {
  // Exports and strings of the sources are found in the bytes.
  EXPECT_NE(sample("hello")->find("Hello, world!"), std::string_view::npos);
  EXPECT_NE(sample("echo")->find("[method]incoming-request.consume"), std::string_view::npos);
  EXPECT_NE(sample("form")->find("Your name"), std::string_view::npos);
  EXPECT_NE(sample("sum")->find("sum"), std::string_view::npos);
}

TEST(Samples, UnknownNameIsNothing) {
  EXPECT_FALSE(sample(""));
  EXPECT_FALSE(sample("@hello"));
  EXPECT_FALSE(sample("hello.wasm"));
}

}  // namespace
}  // namespace rockpool::samples
