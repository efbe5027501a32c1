#include "registry/images/image_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::registry {
namespace {

using testing::HasSubstr;

ImageReference parsed(std::string_view text) {
  auto reference = parse_image_reference(text);
  EXPECT_TRUE(reference) << reference.error().message();
  return reference.value_or(ImageReference());
}

TEST(ImageReference, HasHostRepositoryAndTag) {
  auto reference = parsed("oci://registry.example:5000/team/hello-world:v1.2");

  EXPECT_EQ(reference.host, "registry.example:5000");
  EXPECT_EQ(reference.repository, "team/hello-world");
  EXPECT_EQ(reference.tag, "v1.2");
  EXPECT_EQ(reference.name(), "v1.2");
  EXPECT_EQ(reference.last_segment(), "hello-world");
  EXPECT_FALSE(reference.digest);
}

TEST(ImageReference, WithoutTagIsLatest) {
  EXPECT_EQ(parsed("oci://[::1]:5000/hello").name(), "latest");
}

TEST(ImageReference, OneNameOnDockerHubIsDockersOwn) {
  EXPECT_EQ(parse_image_reference("oci://docker.io/hello")->repository, "library/hello");
  EXPECT_EQ(parse_image_reference("oci://docker.io/team/hello")->repository, "team/hello");
}

TEST(ImageReference, ByDigestIgnoresTheTag) {
  std::string digest = "sha256:" + std::string(64, 'a');
  auto reference = parsed("oci://localhost/a/b:v1@" + digest);

  EXPECT_EQ(reference.tag, "v1");
  EXPECT_EQ(reference.name(), digest);
}

TEST(ImageReference, MayNameAFile) {
  auto reference = parsed("oci://localhost/tools:v1#bin/greet@home.wasm");

  EXPECT_EQ(reference.tag, "v1");
  EXPECT_EQ(reference.file, "bin/greet@home.wasm");
}

TEST(ImageReference, IsWrittenAsItWasRead) {
  std::string digest = "sha256:" + std::string(64, '0');
  for (std::string text : {std::string("oci://h/r"), std::string("oci://h:1/a__b/c--d:T#x.wasm"),
                           "oci://h/r@" + digest, "oci://h/r:t@" + digest + "#f"}) {
    EXPECT_EQ(parsed(text).text(), text);
  }
}

struct WrongReference {
  std::string_view text;
  std::string_view says;
};

class WrongReferences : public testing::TestWithParam<WrongReference> {};

TEST_P(WrongReferences, SayWhatDoesNotFit) {
  auto reference = parse_image_reference(GetParam().text);

  ASSERT_FALSE(reference);
  EXPECT_EQ(reference.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(reference.error().message(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    ImageReference, WrongReferences,
    testing::Values(
        WrongReference{"", "begin with oci://"}, WrongReference{"https://h/r", "begin with oci://"},
        WrongReference{"oci://hello", "no repository"}, WrongReference{"oci:///hello", "no host"},
        WrongReference{"oci://a b/hello", "no host"},
        WrongReference{"oci://user@h/hello", "sha256"},
        WrongReference{"oci://h:99999/hello", "no host"}, WrongReference{"oci://h/", "lower-case"},
        WrongReference{"oci://h/Hello", "lower-case"}, WrongReference{"oci://h/a//b", "lower-case"},
        WrongReference{"oci://h/../b", "lower-case"}, WrongReference{"oci://h/a..b", "lower-case"},
        WrongReference{"oci://h/a?x=1", "lower-case"}, WrongReference{"oci://h/a:", "no tag"},
        WrongReference{"oci://h/a:-x", "no tag"}, WrongReference{"oci://h/a:x y", "no tag"},
        WrongReference{"oci://h/a@sha256:12", "sha256"}, WrongReference{"oci://h/a#", "no file"}));

}  // namespace
}  // namespace rockpool::registry
