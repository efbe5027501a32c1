#include "registry/images/layer_archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry/testing/test_archive.h"

namespace rockpool::registry {
namespace {

using Packing = TestArchive::Packing;
using testing::HasSubstr;

// The paths of all entries, or why reading them failed.
Result<std::vector<std::string>> paths_of(const std::string& blob, Compression compression,
                                          const PullLimits& limits = {}) {
  ExpansionBudget budget(limits);
  ASSIGN_OR_RETURN(auto layer, open_layer(blob, compression, budget));
  std::vector<std::string> paths;
  for (;;) {
    ASSIGN_OR_RETURN(auto entry, layer->next());
    if (!entry) return paths;
    paths.push_back(entry->path);
  }
}

Error failure_of_reading(const std::string& blob, Compression compression,
                         const PullLimits& limits = {}) {
  auto paths = paths_of(blob, compression, limits);
  EXPECT_FALSE(paths);
  return paths ? Error(ErrorCode::Internal, "no error") : paths.error();
}

struct Packed {
  Packing packing;
  Compression compression;
};

class Compressions : public testing::TestWithParam<Packed> {};

TEST_P(Compressions, GiveEntriesAndTheirContent) {
  std::string content(300'000, 'x');
  std::string blob = TestArchive(GetParam().packing)
                         .folder("bin/")
                         .file("./bin//app.wasm", content)
                         .file("/last", "end")
                         .finish();
  ExpansionBudget budget{PullLimits()};
  auto layer = open_layer(blob, GetParam().compression, budget);
  ASSERT_TRUE(layer) << layer.error().message();

  auto folder = (*layer)->next();
  auto file = (*layer)->next();
  auto begin = (*layer)->read(4);
  auto rest = (*layer)->read(1'000'000);
  auto last = (*layer)->next();
  auto end = (*layer)->next();

  EXPECT_FALSE((*folder)->is_file);
  EXPECT_EQ((*file)->path, "bin/app.wasm");
  EXPECT_TRUE((*file)->is_file);
  EXPECT_EQ(*begin + *rest, content);
  EXPECT_EQ((*last)->path, "last");
  EXPECT_FALSE(end->has_value());
}

INSTANTIATE_TEST_SUITE_P(LayerArchive, Compressions,
                         testing::Values(Packed{Packing::None, Compression::None},
                                         Packed{Packing::Gzip, Compression::Gzip},
                                         Packed{Packing::Zstd, Compression::Zstd}));

TEST(LayerArchive, HardLinksAreNoFiles) {
  std::string blob = TestArchive().file("a", "x").hard_link("b", "a").finish();
  ExpansionBudget budget{PullLimits()};
  auto layer = open_layer(blob, Compression::None, budget);
  (void)(*layer)->next();

  auto link = (*layer)->next();

  EXPECT_EQ((*link)->path, "b");
  EXPECT_FALSE((*link)->is_file);
}

TEST(LayerArchive, RefusesPathsOutsideOfTheImage) {
  for (const char* path : {"../evil.wasm", "a/../../evil.wasm", "/..", "a/.."}) {
    auto error = failure_of_reading(TestArchive().file(path, "x").finish(), Compression::None);

    EXPECT_EQ(error.code(), ErrorCode::RegistryError);
    EXPECT_THAT(error.message(), HasSubstr(path));
  }
}

TEST(LayerArchive, RefusesABomb) {
  std::string blob =
      TestArchive(Packing::Gzip).file("zeros", std::string(40'000'000, '\0')).finish();
  ASSERT_LT(blob.size(), 100'000U);

  auto by_ratio = failure_of_reading(blob, Compression::Gzip);
  auto by_size = failure_of_reading(blob, Compression::Gzip,
                                    {.expanded_bytes = 10'000'000, .ratio = 1'000'000});

  EXPECT_EQ(by_ratio.code(), ErrorCode::RegistryError);
  EXPECT_THAT(by_ratio.message(), HasSubstr("200 times"));
  EXPECT_THAT(by_size.message(), HasSubstr("expand to more than"));
}

TEST(LayerArchive, CountsWhatAllLayersExpandTo) {
  std::string blob = TestArchive().file("a", std::string(600, 'x')).finish();
  ExpansionBudget budget({.expanded_bytes = blob.size() + 1});

  auto read_all = [&budget, &blob]() -> Result<void> {
    ASSIGN_OR_RETURN(auto layer, open_layer(blob, Compression::None, budget));
    ASSIGN_OR_RETURN(auto entry, layer->next());
    ASSIGN_OR_RETURN(auto end, layer->next());
    return {};
  };

  EXPECT_TRUE(read_all());
  EXPECT_FALSE(read_all());
}

TEST(LayerArchive, RefusesTooManyFiles) {
  TestArchive archive;
  for (int i = 0; i < 11; ++i) archive.file(std::to_string(i), "");
  std::string blob = archive.finish();

  auto error = failure_of_reading(blob, Compression::None, {.files = 10});

  EXPECT_THAT(error.message(), HasSubstr("more than 10 files"));
}

TEST(LayerArchive, RefusesWhatIsBroken) {
  std::string whole = TestArchive(Packing::Gzip).file("a", std::string(100'000, 'x')).finish();
  std::string cut = whole.substr(0, whole.size() / 2);

  EXPECT_EQ(failure_of_reading(cut, Compression::Gzip).code(), ErrorCode::RegistryError);
  EXPECT_EQ(failure_of_reading("no archive at all, but longer than one block of a tar archive, "
                               "which is 512 bytes" +
                                   std::string(600, 'x'),
                               Compression::None)
                .code(),
            ErrorCode::RegistryError);
}

TEST(LayerArchive, TheLastBlockMayBeCutAtTheEndOfItsFile) {
  constexpr std::size_t kHeader = 512;
  std::string blob = TestArchive().file("a", "content").finish();
  std::string cut = blob.substr(0, blob.find("content") + 7);
  ASSERT_EQ(cut.size(), kHeader + 7);

  EXPECT_EQ(paths_of(cut, Compression::None)->size(), 1U);
}

TEST(LayerArchive, AnEmptyLayerHasNoEntries) {
  EXPECT_EQ(paths_of(TestArchive().finish(), Compression::None)->size(), 0U);
}

}  // namespace
}  // namespace rockpool::registry
