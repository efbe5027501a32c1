#include "manifest/registry_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifest/server_settings.h"

namespace rockpool::manifest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(RegistrySettings, AreTablesByHost) {
  auto texts = parse_server_file(R"(
instances = 7
[registry."registry.example:5000"]
username = "ann"
password-file = "/etc/password"
ca-file = "ca.pem"
[registry.localhost]
insecure = true
verify-key = "cosign.pub"
)",
                                 "server.toml");
  ASSERT_TRUE(texts) << texts.error().message();

  auto settings = merge_server_settings({}, {}, *texts);

  ASSERT_TRUE(settings) << settings.error().message();
  RegistrySettings example{.username = "ann",
                           .password_file = "/etc/password",
                           .password_env = "",
                           .ca_file = "ca.pem",
                           .verify_key = ""};
  RegistrySettings local{.username = "",
                         .password_file = "",
                         .password_env = "",
                         .ca_file = "",
                         .verify_key = "cosign.pub",
                         .insecure = true};
  ASSERT_EQ(settings->registries.size(), 2U);
  EXPECT_EQ(settings->registries.at("registry.example:5000"), example);
  EXPECT_EQ(settings->registries.at("localhost"), local);
}

struct WrongTables {
  std::string_view text;
  ErrorCode code;
  std::string_view place;
  std::string_view says;
};

class WrongRegistries : public testing::TestWithParam<WrongTables> {};

TEST_P(WrongRegistries, SayWhereAndWhat) {
  auto texts = parse_server_file(GetParam().text, "server.toml");

  ASSERT_FALSE(texts);
  EXPECT_EQ(texts.error().code(), GetParam().code);
  EXPECT_THAT(texts.error().message(), StartsWith(GetParam().place));
  EXPECT_THAT(texts.error().message(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    RegistrySettings, WrongRegistries,
    testing::Values(WrongTables{"registry = 3\n", ErrorCode::InvalidArgument,
                                "server.toml:1: ", "[registry.\"HOST\"]"},
                    WrongTables{"[registry]\nh = 3\n", ErrorCode::InvalidArgument,
                                "server.toml:2: ", "object"},
                    WrongTables{"[registry.\"a/b\"]\ninsecure = true\n", ErrorCode::InvalidArgument,
                                "server.toml:1: ", "'a/b'"},
                    WrongTables{"[registry.h]\nusrname = \"a\"\n", ErrorCode::UnknownField,
                                "server.toml:1: ", "username"},
                    WrongTables{"[registry.h]\nusername = \"a\"\n", ErrorCode::InvalidArgument,
                                "server.toml:1: ", "password-file"}));

}  // namespace
}  // namespace rockpool::manifest
