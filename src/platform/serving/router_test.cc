#include "platform/serving/router.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rockpool::platform {
namespace {

Router router_of(const std::vector<std::string>& patterns) {
  std::vector<Router::Route> routes;
  for (std::size_t i = 0; i < patterns.size(); ++i)
    routes.push_back({RoutePattern::parse(patterns[i]).value(), i});
  return Router::build(routes).value();
}

// The pattern that a request leads to, or the error's name.
std::string lead(const std::vector<std::string>& patterns, std::string_view path,
                 std::string_view host = "localhost") {
  auto match = router_of(patterns).match(host, path);
  if (!match) return std::string(name_of(match.error().code()));
  return patterns[match->target];
}

TEST(RoutePattern, RefusesWhatNoRequestCouldMatch) {
  for (std::string_view bad : {"",
                               "hello",
                               "/a/../b",
                               "/a/%2e%2E/b",
                               "/.",
                               "/a/*/b",
                               "/a*",
                               "/*a",
                               "/:",
                               "/:A",
                               "/:a/:a",
                               "/a b",
                               "/a?b",
                               "/%zz",
                               "/%2",
                               "ho st/a",
                               "*.example.test/a",
                               "host:x/a",
                               "[::1/a",
                               "/.well-known/rockpool/x",
                               "/.well-known/rockpool",
                               "host/.well-known/rockpool/*"}) {
    auto pattern = RoutePattern::parse(bad);

    ASSERT_FALSE(pattern) << bad;
    EXPECT_EQ(pattern.error().code(), ErrorCode::InvalidArgument) << bad;
  }
  EXPECT_FALSE(RoutePattern::parse("/" + std::string(1024, 'a')));
}

TEST(RoutePattern, CaseAndPortOfTheHostDoNotCount) {
  EXPECT_EQ(RoutePattern::parse("API.Example.TEST:8080/v1")->key(),
            RoutePattern::parse("api.example.test/v1")->key());
  EXPECT_EQ(RoutePattern::parse("[::1]:80/a")->host(), "[::1]");
}

TEST(RoutePattern, ParameterNamesDoNotMakePatternsDiffer) {
  EXPECT_EQ(RoutePattern::parse("/a/:x")->key(), RoutePattern::parse("/a/:y")->key());
  EXPECT_NE(RoutePattern::parse("/a/:x")->key(), RoutePattern::parse("/a/x")->key());
  EXPECT_NE(RoutePattern::parse("/a/*")->key(), RoutePattern::parse("/a")->key());
}

TEST(RoutePattern, TheLiteralPrefixEndsBeforeTheFirstParameter) {
  EXPECT_EQ(RoutePattern::parse("/a/b/*")->literal_prefix(), "/a/b");
  EXPECT_EQ(RoutePattern::parse("/a/:id/b")->literal_prefix(), "/a");
  EXPECT_EQ(RoutePattern::parse("/*")->literal_prefix(), "");
  EXPECT_EQ(RoutePattern::parse("/")->literal_prefix(), "");
}

TEST(Router, LiteralBeatsParameterBeatsPrefix) {
  std::vector<std::string> patterns = {"/a/b", "/a/:id", "/a/*", "/*"};

  EXPECT_EQ(lead(patterns, "/a/b"), "/a/b");
  EXPECT_EQ(lead(patterns, "/a/c"), "/a/:id");
  EXPECT_EQ(lead(patterns, "/a/c/d"), "/a/*");
  EXPECT_EQ(lead(patterns, "/x"), "/*");
  EXPECT_EQ(lead(patterns, "/"), "/*");
}

TEST(Router, ADeadEndIsLeftForTheNextBestPattern) {
  std::vector<std::string> patterns = {"/a/b/c", "/a/:x/d", "/:y/b/e", "/a/*"};

  EXPECT_EQ(lead(patterns, "/a/b/d"), "/a/:x/d");
  EXPECT_EQ(lead(patterns, "/a/b/e"), "/a/*");
  EXPECT_EQ(lead({"/a/b/c", "/:y/b/e"}, "/a/b/e"), "/:y/b/e");
}

TEST(Router, APrefixMatchesWhatStandsBeforeIt) {
  for (std::string_view path : {"/a", "/a/", "/a/b", "/a//b"})
    EXPECT_EQ(lead({"/a/*"}, path), "/a/*") << path;
  EXPECT_EQ(lead({"/a/*"}, "/ab"), "function-not-found");
  EXPECT_EQ(lead({"/a/*"}, "/"), "function-not-found");
}

TEST(Router, ASlashAtTheEndIsAnotherPath) {
  EXPECT_EQ(lead({"/a"}, "/a/"), "function-not-found");
  EXPECT_EQ(lead({"/a/"}, "/a"), "function-not-found");
  EXPECT_EQ(lead({"/a/"}, "/a/"), "/a/");
  EXPECT_EQ(lead({"/a/:id"}, "/a/"), "function-not-found");
}

TEST(Router, ANamedHostComesBeforeAnyHost) {
  std::vector<std::string> patterns = {"/v1/x", "Example.test/v1/*"};

  EXPECT_EQ(lead(patterns, "/v1/x", "EXAMPLE.TEST:8080"), "Example.test/v1/*");
  EXPECT_EQ(lead(patterns, "/v1/x", "other.test"), "/v1/x");
  EXPECT_EQ(lead({"/other", "example.test/v1"}, "/other", "example.test"), "/other");
}

TEST(Router, PathsAreMatchedAsSent) {
  EXPECT_EQ(lead({"/a/b"}, "/a%2Fb"), "function-not-found");
  EXPECT_EQ(lead({"/a/:id"}, "/a/b%2Fc"), "/a/:id");
  EXPECT_EQ(lead({"/a"}, "/%61"), "function-not-found");
}

TEST(Router, DotSegmentsAreBadRequests) {
  for (std::string_view path : {"/a/..", "/./a", "/a/%2e%2e/b", "/a/.%2E", "/a/."})
    EXPECT_EQ(lead({"/*"}, path), "bad-request") << path;
  for (std::string_view path : {"/...", "/.a", "/a..", "/%2e%2e%2e", "/%2ea"})
    EXPECT_EQ(lead({"/*"}, path), "/*") << path;
  EXPECT_EQ(lead({"/*"}, "*"), "bad-request");
}

TEST(Router, ParametersHoldTheirSegmentsAsSent) {
  auto router = router_of({"/u/:user/p/:post/*"});

  auto match = router.match("", "/u/ann%20b/p/7/rest");

  ASSERT_TRUE(match);
  EXPECT_EQ(match->parameters, (std::vector<PathParameter>{{"user", "ann%20b"}, {"post", "7"}}));
  EXPECT_EQ(match->prefix_length, std::string_view("/u/ann%20b/p/7").size());
}

TEST(Router, ThePrefixIsWhatThePatternAccountsFor) {
  EXPECT_EQ(router_of({"/a/*"}).match("", "/a")->prefix_length, 2U);
  EXPECT_EQ(router_of({"/a/*"}).match("", "/a/b")->prefix_length, 2U);
  EXPECT_EQ(router_of({"/*"}).match("", "/a/b")->prefix_length, 0U);
  EXPECT_EQ(router_of({"/"}).match("", "/")->prefix_length, 0U);
  EXPECT_EQ(router_of({"/a/b"}).match("", "/a/b")->prefix_length, 4U);
}

TEST(Router, EqualPatternsAreTaken) {
  std::vector<Router::Route> routes = {{RoutePattern::parse("/a/:x/*").value(), 0},
                                       {RoutePattern::parse("/a/:y/*").value(), 1}};

  auto router = Router::build(routes);

  ASSERT_FALSE(router);
  EXPECT_EQ(router.error().code(), ErrorCode::RouteTaken);
  EXPECT_NE(router.error().message().find("/a/:y/*"), std::string::npos);
}

TEST(Router, AWalkVisitsEachNodeOnceHoweverManyWaysThereAre) {
  // 2^20 ways to read the path if dead ends were tried again.
  std::vector<std::string> patterns;
  for (int literals = 0; literals < 20; ++literals) {
    std::string pattern;
    for (int i = 0; i < 20; ++i) pattern += i == literals ? "/a" : fmt::format("/:p{}", i);
    patterns.push_back(pattern + "/end");
  }
  std::string path;
  for (int i = 0; i < 20; ++i) path += "/a";

  EXPECT_EQ(lead(patterns, path + "/other"), "function-not-found");
}

TEST(Router, APatternThatIsRemovedMatchesNothing) {
  auto router = router_of({"/a/*", "/a/:id", "host.test/a", "/b"});

  router.remove(RoutePattern::parse("/a/:other").value());
  router.remove(RoutePattern::parse("host.test/a").value());
  router.remove(RoutePattern::parse("/never/was").value());

  EXPECT_EQ(router.match("host.test", "/a/7")->target, 0U);
  EXPECT_EQ(router.match("host.test", "/a")->target, 0U);
  EXPECT_EQ(router.match("x", "/b")->target, 3U);
}

TEST(Router, APatternMayComeBackWithAnotherTarget) {
  auto router = router_of({"/a/:id"});
  auto match = router.match("x", "/a/7").value();

  router.remove(RoutePattern::parse("/a/:id").value());
  ASSERT_FALSE(router.match("x", "/a/7"));
  ASSERT_TRUE(router.add({RoutePattern::parse("/a/:number").value(), 5}));

  EXPECT_EQ(router.match("x", "/a/7")->target, 5U);
  EXPECT_EQ(router.match("x", "/a/7")->parameters[0].first, "number");
  EXPECT_EQ(match.parameters[0].first, "id");  // kept by the match
}

}  // namespace
}  // namespace rockpool::platform
