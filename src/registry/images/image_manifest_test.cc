#include "registry/images/image_manifest.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::registry {
namespace {

using testing::HasSubstr;

constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";

std::string descriptor(std::string_view media_type, std::string_view more = "") {
  return fmt::format(R"({{"mediaType":"{}","digest":"sha256:{}","size":7{}}})", media_type,
                     std::string(64, 'a'), more);
}

std::string manifest_of(std::string_view config, std::initializer_list<std::string> layers) {
  return fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","config":{},"layers":[{}]}})",
                     kOciManifest, descriptor(config), fmt::join(layers, ","));
}

ImageManifest manifest(std::string_view config, std::initializer_list<std::string> layers) {
  auto document = parse_image_document(manifest_of(config, layers), "");
  EXPECT_TRUE(document) << document.error().message();
  return std::get<ImageManifest>(*document);
}

ImageIndex index(std::initializer_list<std::string_view> platforms) {
  std::vector<std::string> manifests;
  for (std::string_view platform : platforms) {
    auto slash = platform.find('/');
    manifests.push_back(descriptor(
        kOciManifest, fmt::format(R"(,"platform":{{"os":"{}","architecture":"{}"}})",
                                  platform.substr(0, slash), platform.substr(slash + 1))));
  }
  auto document = parse_image_document(
      fmt::format(R"({{"manifests":[{}]}})", fmt::join(manifests, ",")), kOciIndex);
  EXPECT_TRUE(document) << document.error().message();
  return std::get<ImageIndex>(*document);
}

Error refusal_of(const ImageManifest& refused) {
  auto layers = choose_layers(refused);
  EXPECT_FALSE(layers);
  return layers ? Error(ErrorCode::Internal, "no error") : layers.error();
}

TEST(ImageManifest, TakesTheArtifactOfTheCncfAndItsForerunners) {
  for (const char* type : {"application/wasm", "application/vnd.wasm.content.layer.v1+wasm",
                           "application/vnd.module.wasm.content.layer.v1+wasm"}) {
    auto layers = choose_layers(manifest(
        "application/vnd.wasm.config.v0+json",
        {descriptor(type, R"(,"annotations":{"org.opencontainers.image.title":"a.wasm"})")}));

    ASSERT_TRUE(layers) << type;
    ASSERT_EQ(std::get<ModuleLayers>(*layers).size(), 1U);
    EXPECT_EQ(std::get<ModuleLayers>(*layers).front().title, "a.wasm");
  }
}

TEST(ImageManifest, TakesArchivesOfDockerAndOci) {
  auto layers =
      choose_layers(manifest("application/vnd.docker.container.image.v1+json",
                             {descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip"),
                              descriptor("application/vnd.oci.image.layer.v1.tar+zstd"),
                              descriptor("application/vnd.oci.image.layer.v1.tar")}));

  ASSERT_TRUE(layers);
  const auto& archives = std::get<ArchiveLayers>(*layers);
  ASSERT_EQ(archives.size(), 3U);
  EXPECT_EQ(archives[0].compression, Compression::Gzip);
  EXPECT_EQ(archives[1].compression, Compression::Zstd);
  EXPECT_EQ(archives[2].compression, Compression::None);
}

TEST(ImageManifest, ListsTheMediaTypesOfWhatItCantTake) {
  auto error =
      refusal_of(manifest("application/vnd.cncf.helm.config.v1+json",
                          {descriptor("application/vnd.cncf.helm.chart.content.v1.tar+gzip"),
                           descriptor("application/vnd.oci.image.layer.v1.tar")}));

  EXPECT_EQ(error.code(), ErrorCode::ImageUnsupported);
  EXPECT_THAT(error.message(), HasSubstr("application/vnd.cncf.helm.config.v1+json"));
  EXPECT_THAT(error.message(), HasSubstr("application/vnd.cncf.helm.chart.content.v1.tar+gzip"));
  EXPECT_THAT(error.message(), HasSubstr(std::string(kOciManifest)));
}

TEST(ImageManifest, RefusesLayersFromElsewhere) {
  for (const std::string& layer :
       {descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"),
        descriptor("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"),
        descriptor("application/wasm", R"(,"urls":["http://127.0.0.1/x"])")}) {
    auto error = refusal_of(manifest("application/vnd.oci.image.config.v1+json", {layer}));

    EXPECT_EQ(error.code(), ErrorCode::ImageUnsupported);
    EXPECT_THAT(error.message(), HasSubstr("elsewhere"));
  }
}

TEST(ImageManifest, AnIndexGivesThePlatformThatModulesAreMadeFor) {
  for (std::string_view platform : {"wasi/wasm", "wasi/wasm32", "wasip1/wasm", "wasip2/wasm"}) {
    auto chosen = choose_manifest(index({"linux/amd64", platform, "unknown/unknown"}));

    ASSERT_TRUE(chosen) << platform;
    EXPECT_EQ(chosen->platform, platform);
  }
}

TEST(ImageManifest, AnIndexWithoutSuchAPlatformIsRefusedByName) {
  auto chosen = choose_manifest(index({"linux/amd64", "linux/arm64"}));

  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code(), ErrorCode::ImageUnsupported);
  EXPECT_THAT(chosen.error().message(), HasSubstr("linux/amd64, linux/arm64"));
}

TEST(ImageManifest, RefusesOtherDocuments) {
  auto old = parse_image_document(
      "{}", "application/vnd.docker.distribution.manifest.v1+prettyjws; charset=utf-8");
  auto broken = parse_image_document("{", kOciManifest);
  auto lacking = parse_image_document(R"({"layers":[]})", kOciManifest);
  auto odd = parse_image_document(R"({"manifests":{}})", kOciIndex);

  EXPECT_EQ(old.error().code(), ErrorCode::ImageUnsupported);
  EXPECT_THAT(old.error().message(), HasSubstr("manifest.v1+prettyjws'"));
  EXPECT_EQ(broken.error().code(), ErrorCode::RegistryError);
  EXPECT_EQ(lacking.error().code(), ErrorCode::RegistryError);
  EXPECT_EQ(odd.error().code(), ErrorCode::RegistryError);
}

}  // namespace
}  // namespace rockpool::registry
