#include "registry/signature.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rockpool::registry {
namespace {

constexpr std::string_view kType = "cosign container image signature";

std::string payload(std::string_view digest, std::string_view type) {
  return fmt::format(R"({{"critical":{{"identity":{{"docker-reference":"h/r"}},"image":)"
                     R"({{"docker-manifest-digest":"{}"}},"type":"{}"}},"optional":null}})",
                     digest, type);
}

TEST(Signature, APayloadStandsForOneImage) {
  auto image = Digest::of("image");
  auto other = Digest::of("other");

  EXPECT_TRUE(is_payload_of(payload(image.text(), kType), image));
  EXPECT_FALSE(is_payload_of(payload(other.text(), kType), image));
  EXPECT_FALSE(is_payload_of(payload(image.text(), "atomic container signature"), image));
}

TEST(Signature, APayloadThatCantBeReadStandsForNone) {
  auto image = Digest::of("image");

  for (const char* text : {"", "{}", R"({"critical":3})", R"({"critical":{"image":[]}})"}) {
    EXPECT_FALSE(is_payload_of(text, image)) << text;
  }
}

}  // namespace
}  // namespace rockpool::registry
