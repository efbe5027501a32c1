#include "web/fields/request_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/fields/route_table.h"

namespace rockpool::web {
namespace {

using testing::ElementsAre;

TEST(PathSegments, KeepsEmptySegmentsAndEscapes) {
  EXPECT_THAT(path_segments("/a//b%2Fc"), ElementsAre("a", "", "b%2Fc"));
  EXPECT_THAT(path_segments("/a/"), ElementsAre("a", ""));
  EXPECT_TRUE(path_segments("/").empty());
}

TEST(Query, DecodesNamesAndValues) {
  auto query = Query::parse("tail=10&since=2026-01-31T09%3A30%3A00Z&a+b=c+d&flag&empty=");

  ASSERT_TRUE(query);
  EXPECT_EQ(query->find("tail"), "10");
  EXPECT_EQ(query->find("since"), "2026-01-31T09:30:00Z");
  EXPECT_EQ(query->find("a b"), "c d");
  EXPECT_EQ(query->find("flag"), "");
  EXPECT_EQ(query->find("empty"), "");
  EXPECT_FALSE(query->find("absent"));
}

TEST(Query, RefusesBrokenEscapes) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "%x=1"}) {
    auto query = Query::parse(text);

    ASSERT_FALSE(query) << text;
    EXPECT_EQ(query.error().code(), ErrorCode::InvalidArgument);
  }
}

TEST(RouteTable, FindsTheEndpointAndDecodesParameters) {
  RouteTable<int> routes({{"GET", "/v1/functions", 1},
                          {"GET", "/v1/functions/{name}", 2},
                          {"POST", "/v1/functions/{name}/rollback", 3}});

  auto match = routes.match("GET", "/v1/functions/a%20b");

  ASSERT_TRUE(match);
  EXPECT_EQ(*match->endpoint, 2);
  EXPECT_THAT(match->parameters, ElementsAre("a b"));
  EXPECT_EQ(*routes.match("HEAD", "/v1/functions")->endpoint, 1);
}

TEST(RouteTable, TellsAnUnknownPathFromAWrongMethod) {
  RouteTable<int> routes({{"GET", "/v1/functions/{name}", 1}, {"PUT", "/v1/functions/{name}", 2}});

  EXPECT_EQ(routes.match("GET", "/v1/nothing").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(routes.match("GET", "/v1/functions/").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(routes.match("DELETE", "/v1/functions/a").error().code(), ErrorCode::MethodNotAllowed);
  EXPECT_EQ(routes.allowed_methods("/v1/functions/a"), "GET, HEAD, PUT");
}

TEST(RouteTable, RefusesParametersThatCannotBeDecoded) {
  RouteTable<int> routes({{"GET", "/v1/functions/{name}", 1}});

  EXPECT_EQ(routes.match("GET", "/v1/functions/%zz").error().code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace rockpool::web
