#include "registry/push.h"

#include <gtest/gtest.h>

#include <variant>

#include "json/value.h"
#include "registry/images/image_manifest.h"

namespace rockpool::registry {
namespace {

const WallTime kCreated = WallTime(std::chrono::milliseconds(1'700'000'000'000));

TEST(Push, TheManifestIsOneThatPullTakes) {
  PushedModule module{.wasm = "wasm", .title = "a.wasm"};
  auto config = artifact_config(module, Digest::of(module.wasm), kCreated);

  auto document = parse_image_document(artifact_manifest(module, config), "");
  ASSERT_TRUE(document) << document.error().message();
  const auto& manifest = std::get<ImageManifest>(*document);
  auto layers = choose_layers(manifest);

  EXPECT_EQ(manifest.config_type, "application/vnd.wasm.config.v0+json");
  ASSERT_TRUE(layers);
  const auto& layer = std::get<ModuleLayers>(*layers).front();
  EXPECT_EQ(layer.digest, Digest::of("wasm"));
  EXPECT_EQ(layer.size, 4U);
  EXPECT_EQ(layer.title, "a.wasm");
}

TEST(Push, TheConfigTellsModulesFromComponents) {
  PushedModule module{.wasm = "wasm"};
  PushedModule component{.wasm = "wasm",
                         .is_component = true,
                         .imports = {"wasi:io/poll@0.2.0"},
                         .exports = {"wasi:cli/run@0.2.0"}};
  auto layer = Digest::of("wasm");

  auto of_module = *json::parse(artifact_config(module, layer, kCreated));
  auto of_component = *json::parse(artifact_config(component, layer, kCreated));

  EXPECT_EQ(of_module["os"], "wasip1");
  EXPECT_EQ(of_module["architecture"], "wasm");
  EXPECT_EQ(of_module["created"], "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(of_module["layerDigests"], json::Value::array({layer.text()}));
  EXPECT_FALSE(of_module.contains("component"));
  EXPECT_EQ(of_component["os"], "wasip2");
  EXPECT_EQ(of_component["component"]["imports"][0], "wasi:io/poll@0.2.0");
}

}  // namespace
}  // namespace rockpool::registry
