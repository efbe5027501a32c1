#include "registry/access/docker_config.h"

#include <gtest/gtest.h>

namespace rockpool::registry {
namespace {

// Answers with its own name, so that one sees who was asked.
Result<Credentials> ask(const std::string& name, const std::string& host) {
  return Credentials{.username = name, .password = host};
}

DockerConfig config(std::string_view text) {
  auto parsed = DockerConfig::parse(text);
  EXPECT_TRUE(parsed) << parsed.error().message();
  return parsed.value_or(DockerConfig());
}

TEST(DockerConfig, HoldsPasswordsAndTokens) {
  auto kept = config(R"({"auths": {
      "a.example:5000": {"auth": "YW5uOnM6ZWNyZXQ="},
      "https://b.example/v1/": {"username": "bob", "password": "pw"},
      "c.example": {"auth": "YW5uOg==", "identitytoken": "refresh"},
      "d.example": {"registrytoken": "bearer"}},
      "HttpHeaders": {"X": "y"}})");

  EXPECT_EQ(kept.credentials("a.example:5000", ask)->username, "ann");
  EXPECT_EQ(kept.credentials("a.example:5000", ask)->password, "s:ecret");
  EXPECT_EQ(kept.credentials("b.example", ask)->username, "bob");
  EXPECT_EQ(kept.credentials("c.example", ask)->identity_token, "refresh");
  EXPECT_EQ(kept.credentials("d.example", ask)->registry_token, "bearer");
  EXPECT_EQ(kept.credentials("e.example", ask)->username, "");
}

TEST(DockerConfig, AHelperOfTheHostComesBeforeTheFileAndThatBeforeTheStore) {
  auto kept = config(R"({"auths": {"a": {"auth": "YW5uOnB3"}, "b": {"auth": "YW5uOnB3"}, "c": {}},
      "credHelpers": {"a": "own"}, "credsStore": "all"})");

  EXPECT_EQ(kept.credentials("a", ask)->username, "own");
  EXPECT_EQ(kept.credentials("b", ask)->username, "ann");
  EXPECT_EQ(kept.credentials("c", ask)->username, "all");
  EXPECT_EQ(kept.credentials("d", ask)->password, "d");
}

TEST(DockerConfig, DockerHubHasItsOwnNameThere) {
  auto kept = config(R"({"auths": {"https://index.docker.io/v1/": {"auth": "YW5uOnB3"}}})");
  auto all = config(R"({"credsStore": "all"})");

  EXPECT_EQ(kept.credentials("docker.io", ask)->username, "ann");
  EXPECT_EQ(all.credentials("docker.io", ask)->password, "https://index.docker.io/v1/");
}

TEST(DockerConfig, SaysWhatItCantRead) {
  for (const char* text : {"", "[]", R"({"auths": {"a": {"auth": "no base64"}}})",
                           R"({"auths": {"a": {"auth": "bm9jb2xvbg=="}}})",
                           R"({"auths": {"a": 3}})", R"({"credsStore": 3})"}) {
    auto parsed = DockerConfig::parse(text);

    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::InvalidArgument);
  }
}

}  // namespace
}  // namespace rockpool::registry
