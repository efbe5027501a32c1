#include <gtest/gtest.h>

#include <set>
#include <string>

#include "web/answers/accept.h"
#include "web/fields/request_ids.h"

namespace rockpool::web {
namespace {

TEST(RequestIds, AreValidAndNeverMeetBetweenReactors) {
  RequestIds ids(3);
  std::set<std::string> seen;

  for (int i = 0; i < 1000; ++i) {
    for (std::size_t reactor = 0; reactor < 3; ++reactor) {
      auto id = ids.next(reactor);
      EXPECT_TRUE(is_request_id(id)) << id;
      seen.insert(id);
    }
  }

  EXPECT_EQ(seen.size(), 3000U);
}

TEST(RequestIds, TakesOverOnlyWhatIsSafeInHeadersAndLogs) {
  EXPECT_TRUE(is_request_id("a"));
  EXPECT_TRUE(is_request_id("req-1_2.Z"));
  EXPECT_TRUE(is_request_id(std::string(128, 'x')));
  EXPECT_FALSE(is_request_id(""));
  EXPECT_FALSE(is_request_id(std::string(129, 'x')));
  EXPECT_FALSE(is_request_id("a b"));
  EXPECT_FALSE(is_request_id("a\r\nb"));
  EXPECT_FALSE(is_request_id("\xc3\xa4"));
}

TEST(Traceparent, MadeOnesAreValidAndDiffer) {
  RequestIds ids(1);

  auto first = ids.next_traceparent(0);
  auto second = ids.next_traceparent(0);

  EXPECT_TRUE(is_traceparent(first)) << first;
  EXPECT_EQ(trace_id_of(first).size(), 32U);
  EXPECT_NE(trace_id_of(first), trace_id_of(second));
}

TEST(Traceparent, FollowsTheTraceContextGrammar) {
  const std::string valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  EXPECT_TRUE(is_traceparent(valid));
  EXPECT_EQ(trace_id_of(valid), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_TRUE(is_traceparent("cc" + valid.substr(2) + "-what-comes-later"));
  EXPECT_FALSE(is_traceparent(valid + "-more"));
  EXPECT_FALSE(is_traceparent("ff" + valid.substr(2)));
  EXPECT_FALSE(is_traceparent("cc" + valid.substr(2) + "x"));
  EXPECT_FALSE(is_traceparent("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"));
  EXPECT_FALSE(is_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
  EXPECT_FALSE(is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
  EXPECT_FALSE(is_traceparent("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  EXPECT_FALSE(is_traceparent(""));
}

TEST(Accept, TheMostSpecificRangeDecides) {
  EXPECT_EQ(accept_quality("text/*;q=0.3, text/html;q=0.7, */*;q=0.1", "text/html"), 700);
  EXPECT_EQ(accept_quality("text/*;q=0.3, text/html;q=0.7, */*;q=0.1", "text/plain"), 300);
  EXPECT_EQ(accept_quality("text/*;q=0.3, text/html;q=0.7, */*;q=0.1", "image/png"), 100);
  EXPECT_EQ(accept_quality("TEXT/HTML ; level=1 ; q=0.5", "text/html"), 500);
  EXPECT_EQ(accept_quality("text/html;q=0", "text/html"), 0);
  EXPECT_EQ(accept_quality("image/png", "text/html"), 0);
  EXPECT_EQ(accept_quality("", "text/html"), 1000);
}

TEST(Accept, OfferOrderDecidesBetweenEquals) {
  static constexpr std::array<std::string_view, 2> kOffers = {"application/problem+json",
                                                              "text/html"};

  EXPECT_EQ(preferred_offer("*/*", kOffers), 0U);
  EXPECT_EQ(preferred_offer("application/json", kOffers), 0U);
  EXPECT_EQ(preferred_offer("text/html,application/xhtml+xml,*/*;q=0.8", kOffers), 1U);
  EXPECT_EQ(preferred_offer("image/png", kOffers), 0U);
}

TEST(Accept, MediaTypesIgnoreCaseAndParameters) {
  EXPECT_TRUE(is_media_type("Application/WASM", "application/wasm"));
  EXPECT_TRUE(is_media_type("application/json; charset=utf-8", "application/json"));
  EXPECT_FALSE(is_media_type("application/jsonx", "application/json"));
  EXPECT_FALSE(is_media_type("", "application/json"));
}

}  // namespace
}  // namespace rockpool::web
