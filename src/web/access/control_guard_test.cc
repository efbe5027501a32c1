#include "web/access/control_guard.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "web/testing/fake_exchange.h"

namespace rockpool::web {
namespace {

class ControlGuardTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tokens-XXXXXX").string();
    int file = mkstemp(pattern.data());
    ASSERT_GE(file, 0);
    close(file);
    path_ = pattern;
    std::ofstream(path_) << "secret\n";
    auto tokens = TokenFile::open(path_.string());
    ASSERT_TRUE(tokens);
    tokens_ = std::move(*tokens);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::filesystem::path path_;
  std::unique_ptr<TokenFile> tokens_;
};

TEST(ControlGuard, WithoutTokensAnswersLoopbackNamesOnly) {
  ControlGuard guard(nullptr, {"rockpool.test"});

  for (const char* host : {"localhost", "localhost:8090", "127.0.0.1:8090", "[::1]:8090",
                           "LOCALHOST:1", "rockpool.test:8090"}) {
    FakeExchange exchange("GET", "/v1/info");
    EXPECT_TRUE(guard.check_browser(exchange.host(host).request())) << host;
  }
  for (const char* host : {"evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "0.0.0.0",
                           "192.0.2.1:8090", ""}) {
    FakeExchange exchange("GET", "/v1/info");
    auto checked = guard.check_browser(exchange.host(host).request());
    ASSERT_FALSE(checked) << host;
    EXPECT_EQ(checked.error().code(), ErrorCode::HostUnknown);
  }
}

TEST(ControlGuard, RefusesPagesOfOtherOrigins) {
  ControlGuard guard(nullptr, {});

  for (const char* origin : {"http://localhost:8090", "https://localhost:8090"}) {
    FakeExchange exchange("GET", "/v1/info");
    exchange.host("localhost:8090").with("Origin", origin);
    EXPECT_TRUE(guard.check_browser(exchange.request())) << origin;
  }
  for (const char* origin : {"http://localhost:8080", "http://evil.test", "null", "",
                             "http://localhost:8090.evil.test", "localhost:8090"}) {
    FakeExchange exchange("GET", "/v1/info");
    exchange.host("localhost:8090").with("Origin", origin);
    auto checked = guard.check_browser(exchange.request());
    ASSERT_FALSE(checked) << origin;
    EXPECT_EQ(checked.error().code(), ErrorCode::OriginDenied);
  }
}

TEST(ControlGuard, DefaultPortsNeedNotBeNamed) {
  ControlGuard guard(nullptr, {});
  FakeExchange exchange("GET", "/v1/info");
  exchange.host("localhost:80").with("Origin", "http://localhost");

  EXPECT_TRUE(guard.check_browser(exchange.request()));
}

TEST_F(ControlGuardTest, WithTokensAnyHostWillDoButNotAnyOrigin) {
  ControlGuard guard(tokens_.get(), {});
  FakeExchange named("GET", "/v1/info");
  FakeExchange foreign("GET", "/v1/info");

  EXPECT_TRUE(guard.check_browser(named.host("rockpool.example").request()));
  foreign.host("rockpool.example").with("Origin", "https://evil.test");
  EXPECT_FALSE(guard.check_browser(foreign.request()));
}

TEST_F(ControlGuardTest, WantsATokenOnceThereAreTokens) {
  ControlGuard guard(tokens_.get(), {});
  FakeExchange right("GET", "/");
  FakeExchange wrong("GET", "/");
  FakeExchange basic("GET", "/");
  FakeExchange none("GET", "/");

  EXPECT_TRUE(guard.check_token(right.with("Authorization", "bearer  secret").request()));
  EXPECT_FALSE(guard.check_token(wrong.with("Authorization", "Bearer secre").request()));
  EXPECT_FALSE(guard.check_token(basic.with("Authorization", "Basic secret").request()));
  EXPECT_EQ(guard.check_token(none.request()).error().code(), ErrorCode::Unauthorized);
}

TEST(ControlGuard, WithoutTokensWantsNone) {
  FakeExchange exchange("GET", "/");

  EXPECT_TRUE(ControlGuard(nullptr, {}).check_token(exchange.request()));
}

}  // namespace
}  // namespace rockpool::web
