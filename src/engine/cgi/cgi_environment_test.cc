#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "engine/cgi/cgi.h"

namespace rockpool::engine {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

const Headers kNoHeaders;

CgiRequest request_with(const Headers& headers) {
  return {.method = "POST",
          .script_name = "/form",
          .path_info = "/a b",
          .query = "x=1&y=2",
          .server_name = "example.test",
          .server_port = "8080",
          .remote_address = "192.0.2.7",
          .headers = headers};
}

std::map<std::string, std::string> environment_of(const CgiRequest& request) {
  std::map<std::string, std::string> variables;
  for (auto& [name, value] : cgi_environment(request)) {
    EXPECT_TRUE(variables.emplace(name, value).second) << name << " stands twice";
  }
  return variables;
}

TEST(CgiEnvironment, HasEveryMetaVariableOfTheStandard) {
  Headers headers = {{"Content-Type", "text/plain"}, {"Authorization", "Bearer abc"}};
  CgiRequest request = request_with(headers);
  request.content_length = 42;
  request.platform_checks_authorization = true;

  auto variables = environment_of(request);

  std::map<std::string, std::string> expected = {
      {"AUTH_TYPE", "Bearer"},
      {"CONTENT_LENGTH", "42"},
      {"CONTENT_TYPE", "text/plain"},
      {"GATEWAY_INTERFACE", "CGI/1.1"},
      {"PATH_INFO", "/a b"},
      {"QUERY_STRING", "x=1&y=2"},
      {"REMOTE_ADDR", "192.0.2.7"},
      {"REMOTE_HOST", "192.0.2.7"},
      {"REQUEST_METHOD", "POST"},
      {"SCRIPT_NAME", "/form"},
      {"SERVER_NAME", "example.test"},
      {"SERVER_PORT", "8080"},
      {"SERVER_PROTOCOL", "HTTP/1.1"},
      {"SERVER_SOFTWARE", "rockpool/" ROCKPOOL_VERSION},
      {"METHOD", "POST"},
      {"HTTP_content-length", "42"},
      {"HTTP_content-type", "text/plain"},
  };
  EXPECT_EQ(variables, expected);
}

TEST(CgiEnvironment, WithoutABodyThereIsNoLength) {
  auto variables = environment_of(request_with(kNoHeaders));

  EXPECT_THAT(variables, Not(Contains(Key("CONTENT_LENGTH"))));
  EXPECT_THAT(variables, Not(Contains(Key("CONTENT_TYPE"))));
  EXPECT_THAT(variables, Not(Contains(Key("HTTP_content-length"))));
  EXPECT_THAT(variables, Contains(Pair("QUERY_STRING", "x=1&y=2")));
}

TEST(CgiEnvironment, HeadersBecomeVariables) {
  Headers headers = {{"accept", "text/html"},
                     {"X-Request-Id", "7"},
                     {"rockpool-param-id", "12"},
                     {"Host", "example.test"}};

  auto variables = environment_of(request_with(headers));

  EXPECT_THAT(variables, Contains(Pair("HTTP_ACCEPT", "text/html")));
  EXPECT_THAT(variables, Contains(Pair("HTTP_X_REQUEST_ID", "7")));
  EXPECT_THAT(variables, Contains(Pair("HTTP_ROCKPOOL_PARAM_ID", "12")));
  EXPECT_THAT(variables, Contains(Pair("HTTP_HOST", "example.test")));
}

TEST(CgiEnvironment, RepeatedHeadersAreJoined) {
  Headers headers = {{"Accept", "a"}, {"accept", "b"}, {"Cookie", "c=1"}, {"cookie", "d=2"}};

  auto variables = environment_of(request_with(headers));

  EXPECT_THAT(variables, Contains(Pair("HTTP_ACCEPT", "a, b")));
  EXPECT_THAT(variables, Contains(Pair("HTTP_COOKIE", "c=1; d=2")));
}

TEST(CgiEnvironment, ProxyAndConnectionHeadersAreWithheld) {
  Headers headers = {{"Proxy", "http://evil.test"},
                     {"PROXY", "http://evil.test"},
                     {"Connection", "close"},
                     {"Transfer-Encoding", "chunked"},
                     {"Content-Length", "5"}};

  auto variables = environment_of(request_with(headers));

  for (const char* name :
       {"HTTP_PROXY", "HTTP_CONNECTION", "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_LENGTH"})
    EXPECT_THAT(variables, Not(Contains(Key(name))));
}

TEST(CgiEnvironment, NoOtherHeaderCanStandForAServersOwn) {
  Headers headers = {{"rockpool_param_id", "1"}, {"rockpool.param.id", "2"}, {"pr_oxy", "3"}};

  auto variables = environment_of(request_with(headers));

  EXPECT_THAT(variables, Not(Contains(Key("HTTP_ROCKPOOL_PARAM_ID"))));
}

TEST(CgiEnvironment, AuthorizationIsTheGuestsUnlessThePlatformChecksIt) {
  Headers headers = {{"Authorization", "Basic YTpi"}};
  CgiRequest request = request_with(headers);

  auto unchecked = environment_of(request);
  request.platform_checks_authorization = true;
  auto checked = environment_of(request);

  EXPECT_THAT(unchecked, Contains(Pair("HTTP_AUTHORIZATION", "Basic YTpi")));
  EXPECT_THAT(unchecked, Not(Contains(Key("AUTH_TYPE"))));
  EXPECT_THAT(checked, Not(Contains(Key("HTTP_AUTHORIZATION"))));
  EXPECT_THAT(checked, Contains(Pair("AUTH_TYPE", "Basic")));
}

TEST(CgiEnvironment, HttpsIsTold) {
  CgiRequest request = request_with(kNoHeaders);
  request.https = true;

  EXPECT_THAT(environment_of(request), Contains(Pair("HTTPS", "on")));
  EXPECT_THAT(environment_of(request_with(kNoHeaders)), Not(Contains(Key("HTTPS"))));
}

}  // namespace
}  // namespace rockpool::engine
