#include "web/access/session_cookie.h"

#include <gtest/gtest.h>

namespace rockpool::web {
namespace {

TEST(SessionCookie, IsTakenOutOfRequests) {
  EXPECT_EQ(without_session_cookie("a=1; rockpool-session=s; b=2"), "a=1; b=2");
  EXPECT_EQ(without_session_cookie("rockpool-session=s"), "");
  EXPECT_EQ(without_session_cookie("a=1;Rockpool-Session =s"), "a=1");
  EXPECT_EQ(without_session_cookie("rockpool-session=s; rockpool-session=t; a"), "a");
}

TEST(SessionCookie, OtherCookiesAreLeftAsTheyAre) {
  EXPECT_FALSE(without_session_cookie("a=1;b=2"));
  EXPECT_FALSE(without_session_cookie("my-rockpool-session=1"));
  EXPECT_FALSE(without_session_cookie(""));
}

TEST(SessionCookie, GuestsCannotSetIt) {
  http::ResponseHead head(200);
  head.with("Set-Cookie", "a=1; Path=/");
  head.with("set-cookie", "rockpool-session=stolen; Path=/");
  head.with("Set-Cookie", "b=2");

  remove_session_cookie(head);

  std::vector<std::string> cookies;
  for (auto field : head) cookies.emplace_back(field.value);
  EXPECT_EQ(cookies, (std::vector<std::string>{"a=1; Path=/", "b=2"}));
}

}  // namespace
}  // namespace rockpool::web
