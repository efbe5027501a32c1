#include "registry/images/image_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry/testing/test_archive.h"

namespace rockpool::registry {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMaxModule = 1000;

std::string wasm(std::string_view name) {
  return std::string("\0asm", 4) + std::string(name);
}

ImageReference image(std::string file = "") {
  return {.host = "h", .repository = "r", .tag = "", .digest = {}, .file = std::move(file)};
}

Result<void> add(ImageFiles& files, TestArchive& archive) {
  std::string blob = archive.finish();
  ExpansionBudget budget{PullLimits()};
  ASSIGN_OR_RETURN(auto layer, open_layer(blob, Compression::None, budget));
  return files.add_layer(*layer);
}

// The module that `reference` means, of these layers from the lowest up.
Result<std::string> module_of(const ImageReference& reference,
                              std::initializer_list<TestArchive*> layers) {
  ImageFiles files(reference, kMaxModule);
  for (TestArchive* layer : layers) RETURN_IF_ERROR(add(files, *layer));
  return files.take();
}

TEST(ImageFiles, AModuleIsKnownByItsFirstBytes) {
  TestArchive layer;
  layer.file("readme.wasm", "not one").file("bin/app", wasm("app")).file("short", "x");

  EXPECT_EQ(module_of(image(), {&layer}), wasm("app"));
}

TEST(ImageFiles, AFileIsNamedByPathOrName) {
  for (const char* file : {"bin/b.wasm", "b.wasm"}) {
    TestArchive layer;
    layer.file("bin/a.wasm", wasm("a")).file("bin/b.wasm", wasm("b"));

    EXPECT_EQ(module_of(image(file), {&layer}), wasm("b")) << file;
  }
}

TEST(ImageFiles, SeveralAreListed) {
  TestArchive layer;
  layer.file("bin/a.wasm", wasm("a")).file("b.wasm", wasm("b"));

  auto module = module_of(image(), {&layer});

  ASSERT_FALSE(module);
  EXPECT_EQ(module.error().code(), ErrorCode::ImageUnsupported);
  EXPECT_THAT(module.error().message(), HasSubstr("#b.wasm, #bin/a.wasm"));
}

TEST(ImageFiles, ANameThatIsMissingOrMeansSeveralIsRefused) {
  for (const char* file : {"c.wasm", "a.wasm"}) {
    TestArchive layer;
    layer.file("x/a.wasm", wasm("1")).file("y/a.wasm", wasm("2"));

    auto module = module_of(image(file), {&layer});

    ASSERT_FALSE(module) << file;
    EXPECT_EQ(module.error().code(), ErrorCode::ImageUnsupported);
    EXPECT_THAT(module.error().message(), HasSubstr("#x/a.wasm, #y/a.wasm"));
  }
}

TEST(ImageFiles, UpperLayersReplaceFiles) {
  TestArchive lower;
  lower.file("app.wasm", wasm("old"));
  TestArchive upper;
  upper.file("app.wasm", wasm("new"));

  EXPECT_EQ(module_of(image(), {&lower, &upper}), wasm("new"));
}

TEST(ImageFiles, WhiteoutsRemoveFilesOfLowerLayers) {
  TestArchive lower;
  lower.file("app.wasm", wasm("app")).file("bin/old.wasm", wasm("old"));
  TestArchive upper;
  upper.file("bin/.wh.old.wasm", "");

  EXPECT_EQ(module_of(image(), {&lower, &upper}), wasm("app"));
}

TEST(ImageFiles, AnOpaqueWhiteoutHidesAFolderOfLowerLayers) {
  TestArchive lower;
  lower.file("bin/1.wasm", wasm("1")).file("bin/deep/2.wasm", wasm("2")).file("bins", "");
  TestArchive upper;
  upper.file("bin/3.wasm", wasm("3")).file("bin/.wh..wh..opq", "");

  EXPECT_EQ(module_of(image(), {&lower, &upper}), wasm("3"));
}

TEST(ImageFiles, AFileTakesThePlaceOfAFolder) {
  TestArchive lower;
  lower.file("bin/1.wasm", wasm("1"));
  TestArchive upper;
  upper.file("bin", wasm("bin"));

  EXPECT_EQ(module_of(image(), {&lower, &upper}), wasm("bin"));
}

TEST(ImageFiles, AModuleThatIsTooLargeIsNamed) {
  TestArchive layer;
  layer.file("large.wasm", wasm(std::string(kMaxModule, 'x')));

  auto module = module_of(image(), {&layer});

  ASSERT_FALSE(module);
  EXPECT_EQ(module.error().code(), ErrorCode::ModuleTooLarge);
  EXPECT_THAT(module.error().message(), HasSubstr("large.wasm"));
}

TEST(ImageFiles, WithoutModulesIsRefused) {
  TestArchive layer;
  layer.file("etc/passwd", "root");

  EXPECT_EQ(module_of(image(), {&layer}).error().code(), ErrorCode::ImageUnsupported);
}

}  // namespace
}  // namespace rockpool::registry
