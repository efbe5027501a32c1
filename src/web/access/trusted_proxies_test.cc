#include "web/access/trusted_proxies.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace rockpool::web {
namespace {

TrustedProxies proxies(std::initializer_list<std::string> blocks) {
  return *TrustedProxies::parse(std::vector<std::string>(blocks));
}

http::Request request_from(std::string_view peer, std::vector<http::Field> fields) {
  http::Request request;
  request.host = "inner.test";
  request.remote_address = peer;
  request.fields = std::move(fields);
  return request;
}

TEST(TrustedProxies, BelievesNobodyByDefault) {
  auto request = request_from("10.0.0.1", {{"X-Forwarded-For", "192.0.2.7"}});

  EXPECT_EQ(TrustedProxies().origination_of(request).address, "10.0.0.1");
}

TEST(TrustedProxies, TakesTheLastHopThatNoTrustedProxyAdded) {
  auto request =
      request_from("10.0.0.1", {{"X-Forwarded-For", "203.0.113.9, 192.0.2.7, 10.0.0.2"}});

  EXPECT_EQ(proxies({"10.0.0.0/8"}).origination_of(request).address, "192.0.2.7");
}

TEST(TrustedProxies, AnUntrustedPeerCannotClaimAnything) {
  auto request = request_from("198.51.100.1", {{"X-Forwarded-For", "192.0.2.7"},
                                               {"X-Forwarded-Proto", "https"},
                                               {"X-Forwarded-Host", "evil.test"}});

  auto origination = proxies({"10.0.0.0/8"}).origination_of(request);

  EXPECT_EQ(origination.address, "198.51.100.1");
  EXPECT_EQ(origination.host, "inner.test");
  EXPECT_FALSE(origination.is_https);
}

TEST(TrustedProxies, SchemeAndHostComeFromTheTrustedProxy) {
  auto request = request_from("10.0.0.1", {{"X-Forwarded-For", "192.0.2.7"},
                                           {"X-Forwarded-Proto", "https"},
                                           {"X-Forwarded-Host", "api.example.test"}});

  auto origination = proxies({"10.0.0.1"}).origination_of(request);

  EXPECT_EQ(origination.address, "192.0.2.7");
  EXPECT_EQ(origination.host, "api.example.test");
  EXPECT_TRUE(origination.is_https);
}

TEST(TrustedProxies, ForwardedGoesBeforeXForwarded) {
  auto request = request_from(
      "::1",
      {{"Forwarded", "for=192.0.2.1, For=\"[2001:db8::17]:4711\";Proto=https;host=\"a.test\""},
       {"X-Forwarded-For", "203.0.113.9"}});

  auto origination = proxies({"::1/128"}).origination_of(request);

  EXPECT_EQ(origination.address, "2001:db8::17");
  EXPECT_EQ(origination.host, "a.test");
  EXPECT_TRUE(origination.is_https);
}

TEST(TrustedProxies, HiddenNamesEndTheWalk) {
  auto request = request_from("10.0.0.1", {{"Forwarded", "for=192.0.2.1, for=_hidden"}});

  EXPECT_EQ(proxies({"10.0.0.0/8"}).origination_of(request).address, "10.0.0.1");
}

TEST(TrustedProxies, SeveralFieldsAreOneList) {
  auto request = request_from(
      "10.0.0.1", {{"X-Forwarded-For", "192.0.2.7"}, {"x-forwarded-for", "10.0.0.3:8080"}});

  EXPECT_EQ(proxies({"10.0.0.0/8"}).origination_of(request).address, "192.0.2.7");
}

TEST(TrustedProxies, BlocksMatchByPrefixInBothFamilies) {
  auto some = proxies({"10.1.0.0/15", "2001:db8::/33", "192.0.2.1"});

  EXPECT_TRUE(some.trusts("10.0.255.255"));
  EXPECT_TRUE(some.trusts("10.1.2.3"));
  EXPECT_FALSE(some.trusts("10.2.0.0"));
  EXPECT_TRUE(some.trusts("2001:db8:7fff::1"));
  EXPECT_FALSE(some.trusts("2001:db8:8000::1"));
  EXPECT_TRUE(some.trusts("::ffff:192.0.2.1"));
  EXPECT_FALSE(some.trusts("192.0.2.2"));
  EXPECT_FALSE(some.trusts("no address"));
}

TEST(TrustedProxies, NamesTheBlockThatIsNone) {
  for (const char* block : {"10.0.0.0/33", "300.1.1.1", "10.0.0.0/", "2001:db8::/129", "", "a/8"}) {
    auto parsed = TrustedProxies::parse(std::vector<std::string>{block});

    ASSERT_FALSE(parsed) << block;
    EXPECT_NE(parsed.error().message().find(block), std::string::npos);
  }
}

TEST(IpAddress, KnowsLoopback) {
  EXPECT_TRUE(IpAddress::parse("127.8.9.1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::ffff:127.0.0.1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("0.0.0.0")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("::")->is_loopback());
}

}  // namespace
}  // namespace rockpool::web
