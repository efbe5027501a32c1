#include "web/answers/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/answers/well_known.h"
#include "web/testing/fake_exchange.h"

namespace rockpool::web {
namespace {

using testing::HasSubstr;
using testing::Not;

json::Value problem_of(const FakeExchange& exchange) {
  auto parsed = json::parse(exchange.body());
  EXPECT_TRUE(parsed) << exchange.body();
  return parsed ? *parsed : json::Value();
}

TEST(Problem, HoldsTheMembersOfRfc9457) {
  FakeExchange exchange("GET", "/nothing");
  Error error(ErrorCode::FunctionNotFound, "no function answers at \"/nothing\"");

  respond(exchange, {.error = error, .request_id = "id-1"});

  EXPECT_EQ(exchange.status(), 404);
  EXPECT_EQ(exchange.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(exchange.field("X-Request-Id"), "id-1");
  EXPECT_EQ(problem_of(exchange),
            json::Value({{"type", "/.well-known/rockpool/errors/function-not-found"},
                         {"title", "Function not found"},
                         {"status", 404},
                         {"detail", "no function answers at \"/nothing\""},
                         {"instance", "urn:rockpool:request:id-1"},
                         {"code", "function-not-found"},
                         {"request_id", "id-1"}}));
}

TEST(Problem, IsHtmlForBrowsersAndEscapesWhatIsForeign) {
  FakeExchange exchange("GET", "/nothing");
  exchange.with("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
  Error error(ErrorCode::FunctionNotFound, "<script>alert(1)</script>");

  respond(exchange, {.error = error, .request_id = "id-1"});

  EXPECT_EQ(exchange.status(), 404);
  EXPECT_THAT(exchange.field("Content-Type"), HasSubstr("text/html"));
  EXPECT_THAT(exchange.body(), HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(exchange.body(), Not(HasSubstr("<script>")));
}

TEST(Problem, TellsNothingOfInternalFailures) {
  FakeExchange exchange("GET", "/");
  Error error(ErrorCode::Io, "can't open /secret/path", "errno 13");

  respond(exchange, {.error = error, .request_id = "id-1"});

  EXPECT_EQ(exchange.status(), 500);
  EXPECT_EQ(problem_of(exchange)["code"], "internal");
  EXPECT_THAT(exchange.body(), Not(HasSubstr("secret")));
}

TEST(Problem, SaysWhenToTryAgainAndWhatWouldWork) {
  Error overloaded(ErrorCode::Overloaded, "full");
  Error method(ErrorCode::MethodNotAllowed, "not that way");
  Error token(ErrorCode::Unauthorized, "who?");

  EXPECT_TRUE(problem_head({.error = overloaded, .request_id = "i"}).find("Retry-After"));
  auto head = problem_head({.error = method, .request_id = "i", .allow = "GET, PUT"});
  EXPECT_EQ(head.find("Allow"), "GET, PUT");
  EXPECT_EQ(problem_head({.error = token, .request_id = "i"}).find("WWW-Authenticate"), "Bearer");
}

TEST(Problem, TakesFurtherMembers) {
  Error error(ErrorCode::ImportMissing, "one import is missing");
  json::Value extension = {{"imports", {{{"module", "env"}}}}};

  auto text = problem_json({.error = error, .request_id = "i", .extension = &extension});

  auto parsed = json::parse(text);
  ASSERT_TRUE(parsed) << text;
  EXPECT_EQ((*parsed)["imports"][0]["module"], "env");
}

TEST(Problem, EscapesWhatJsonDoesNotTake) {
  std::string text;

  append_json_string(text, "a\"b\\c\n\x01\xff");

  auto parsed = json::parse(text);
  ASSERT_TRUE(parsed) << text;
  EXPECT_EQ(parsed->get<std::string>(), "a\"b\\c\n\x01\xef\xbf\xbd");
}

TEST(WellKnown, ExplainsEveryPublicCodeInThreeForms) {
  for (const auto& row : error_codes()) {
    if (public_code(row.code) != row.code) continue;
    std::string path = "/.well-known/rockpool/errors/" + std::string(row.name);
    FakeExchange text("GET", path);
    FakeExchange html("GET", path);
    FakeExchange json("GET", path);

    respond_well_known(text, "i");
    respond_well_known(html.with("Accept", "text/html"), "i");
    respond_well_known(json.with("Accept", "application/json"), "i");

    EXPECT_EQ(text.status(), 200) << row.name;
    EXPECT_THAT(text.body(), HasSubstr(std::string(row.explanation)));
    EXPECT_THAT(html.body(), HasSubstr("<!doctype html>"));
    EXPECT_EQ(json::parse(json.body())->at("status"), row.status);
  }
}

TEST(WellKnown, KnowsNoPrivateCodesAndNothingElse) {
  for (const char* rest : {"errors/corrupt", "errors/no-such-code", "errors/", "nothing", ""}) {
    FakeExchange exchange("GET", std::string(kWellKnownPrefix) + rest);

    respond_well_known(exchange, "i");

    EXPECT_EQ(exchange.status(), 404) << rest;
  }
}

TEST(WellKnown, HealthAnswersGetAndHeadOnly) {
  FakeExchange get("GET", "/.well-known/rockpool/health");
  FakeExchange post("POST", "/.well-known/rockpool/health");

  respond_well_known(get, "i");
  respond_well_known(post, "i");

  EXPECT_EQ(get.status(), 200);
  EXPECT_EQ(post.status(), 405);
  EXPECT_EQ(post.field("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace rockpool::web
