#include "manifest/server_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::manifest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

GetVariable variables(std::map<std::string, std::string> given) {
  return [given = std::move(given)](const std::string& name) -> std::optional<std::string> {
    auto found = given.find(name);
    if (found == given.end()) return std::nullopt;
    return found->second;
  };
}

TEST(ServerSettings, FlagsWinOverEnvironmentOverFile) {
  SettingTexts flags = {{"ingress", "127.0.0.1:1"}};
  SettingTexts environment = {{"ingress", "127.0.0.1:2"}, {"control", "127.0.0.1:2"}};
  SettingTexts file = {
      {"ingress", "127.0.0.1:3"}, {"control", "127.0.0.1:3"}, {"drain-delay", "3s"}};

  auto settings = merge_server_settings(flags, environment, file);

  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->ingress, "127.0.0.1:1");
  EXPECT_EQ(settings->control, "127.0.0.1:2");
  EXPECT_EQ(settings->drain_delay, std::chrono::seconds(3));
  EXPECT_EQ(settings->instances, 2000u);
}

TEST(ServerSettings, EachIsTakenFromAFile) {
  auto texts = parse_server_file(R"(
ingress = "0.0.0.0:80"
control = "127.0.0.1:81"
wess = "127.0.0.1:82"
wasmengine = "127.0.0.1:83"
data = "/srv/rockpool"
reactors = 3
log-format = "json"
access-log = "text"
tls-cert = "a.pem"
tls-key = "b.pem"
control-tls-cert = "c.pem"
control-tls-key = "d.pem"
wess-tls-cert = "e.pem"
wess-tls-key = "f.pem"
wasmengine-tls-cert = "g.pem"
wasmengine-tls-key = "h.pem"
public-url = "https://functions.example/"
trusted-proxies = ["10.0.0.0/8", "::1"]
token-file = "token"
drain-delay = "5s"
max-module-size = "10MiB"
instances = 7
memory = "1GiB"
insecure-registry = ["10.0.0.1:5000"]
verify-key = "cosign.pub"
pull-timeout = "1m"
first-quantum = "2ms"
)",
                                 "server.toml");
  ASSERT_TRUE(texts) << texts.error().message();
  ASSERT_EQ(texts->size(), server_setting_rows().size());

  auto settings = merge_server_settings({}, {}, *texts);

  ASSERT_TRUE(settings) << settings.error().message();
  EXPECT_EQ(settings->wess.address, "127.0.0.1:82");
  EXPECT_EQ(settings->wess.tls.certificate, "e.pem");
  EXPECT_EQ(settings->wess.tls.key, "f.pem");
  EXPECT_EQ(settings->wasmengine.address, "127.0.0.1:83");
  EXPECT_EQ(settings->wasmengine.tls.certificate, "g.pem");
  EXPECT_EQ(settings->wasmengine.tls.key, "h.pem");
  EXPECT_EQ(settings->ingress, "0.0.0.0:80");
  EXPECT_EQ(settings->control, "127.0.0.1:81");
  EXPECT_EQ(settings->data, "/srv/rockpool");
  EXPECT_EQ(settings->reactors, 3u);
  EXPECT_EQ(settings->log_format, LogFormat::Json);
  EXPECT_EQ(settings->access_log, AccessLog::Text);
  EXPECT_EQ(settings->ingress_tls.certificate, "a.pem");
  EXPECT_EQ(settings->ingress_tls.key, "b.pem");
  EXPECT_EQ(settings->control_tls.certificate, "c.pem");
  EXPECT_EQ(settings->control_tls.key, "d.pem");
  EXPECT_EQ(settings->public_url, "https://functions.example");
  EXPECT_EQ(settings->trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(settings->token_file, "token");
  EXPECT_EQ(settings->drain_delay, std::chrono::seconds(5));
  EXPECT_EQ(settings->max_module_bytes, 10u << 20);
  EXPECT_EQ(settings->instances, 7u);
  EXPECT_EQ(settings->memory_bytes, 1u << 30);
}

TEST(ServerSettings, DialectsAreOffUntilTheyHaveAnAddress) {
  EXPECT_FALSE(merge_server_settings({}, {}, {})->wess.is_on());
  EXPECT_FALSE(merge_server_settings({{"wess", ""}}, {}, {})->wess.is_on());
  EXPECT_TRUE(merge_server_settings({}, {{"wess", "127.0.0.1:7770"}}, {})->wess.is_on());
  EXPECT_FALSE(merge_server_settings({{"wess", "7770"}}, {}, {}));
  EXPECT_FALSE(merge_server_settings({{"wess-tls-cert", "a.pem"}}, {}, {}));
}

TEST(ServerSettings, FileErrorsSayWhere) {
  auto unknown = parse_server_file("reactors = 2\ningres = \"x\"\n", "server.toml");
  auto unfit = parse_server_file("\n\nreactors = \"many\"\n", "server.toml");

  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), ErrorCode::UnknownField);
  EXPECT_THAT(unknown.error().message(), StartsWith("server.toml:2: "));
  EXPECT_THAT(unknown.error().message(), HasSubstr("'ingress'"));
  ASSERT_FALSE(unfit);
  EXPECT_EQ(unfit.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(unfit.error().message(), StartsWith("server.toml:3: reactors: "));
}

class UnfitSettings : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(UnfitSettings, AreRefusedByTheFlagsName) {
  const auto& [name, value] = GetParam();

  auto settings = merge_server_settings({{name, value}}, {}, {});

  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(settings.error().message(), HasSubstr(name));
}

INSTANTIATE_TEST_SUITE_P(
    ServerSettings, UnfitSettings,
    testing::Values(std::pair("ingress", "8080:localhost"), std::pair("control", "localhost"),
                    std::pair("reactors", "-1"), std::pair("log-format", "xml"),
                    std::pair("access-log", "on"), std::pair("public-url", "ftp://x"),
                    std::pair("public-url", "http://x/path"), std::pair("drain-delay", "soon"),
                    std::pair("max-module-size", "0"), std::pair("instances", "0"),
                    std::pair("memory", "1 apple"), std::pair("tls-cert", "alone.pem"),
                    std::pair("control-tls-key", "alone.pem")));

TEST(ServerSettings, EnvironmentHasTheFlagsNamesInCapitals) {
  std::vector<std::string> environment = {"ROCKPOOL_DRAIN_DELAY=5s", "ROCKPOOL_TOKEN=secret",
                                          "ROCKPOOL_PORT_8080_TCP=tcp://10.0.0.1", "PATH=/bin"};

  auto texts = settings_of_environment(environment);

  ASSERT_TRUE(texts);
  EXPECT_EQ(*texts, (SettingTexts{{"drain-delay", "5s"}}));
}

TEST(ServerSettings, AVariableThatIsNearlyASettingIsNamed) {
  std::vector<std::string> environment = {"ROCKPOOL_INGRES=127.0.0.1:1"};

  auto texts = settings_of_environment(environment);

  ASSERT_FALSE(texts);
  EXPECT_EQ(texts.error().code(), ErrorCode::UnknownField);
  EXPECT_THAT(texts.error().message(), HasSubstr("ROCKPOOL_INGRESS"));
}

TEST(ServerSettings, DataLiesWhereTheXdgDirectoriesSay) {
  EXPECT_EQ(default_data_directory(variables({{"XDG_DATA_HOME", "/d"}, {"HOME", "/h"}})),
            "/d/rockpool");
  EXPECT_EQ(default_data_directory(variables({{"XDG_DATA_HOME", "relative"}, {"HOME", "/h"}})),
            "/h/.local/share/rockpool");
  EXPECT_FALSE(default_data_directory(variables({})));
}

TEST(ServerSettings, AreLookedForWhereTheXdgDirectoriesSay) {
  EXPECT_EQ(
      default_config_files(variables({{"HOME", "/h"}})),
      (std::vector<std::string>{"/h/.config/rockpool/server.toml", "/etc/rockpool/server.toml"}));
  EXPECT_EQ(default_config_files(variables({{"XDG_CONFIG_HOME", "/c"}})),
            (std::vector<std::string>{"/c/rockpool/server.toml", "/etc/rockpool/server.toml"}));
}

}  // namespace
}  // namespace rockpool::manifest
