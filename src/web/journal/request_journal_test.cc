#include "web/journal/request_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "web/testing/fake_exchange.h"

namespace rockpool::web {
namespace {

class CountingLog final : public AccessLog {
 public:
  bool is_on() const override { return true; }
  void record(const Entry& entry) override { statuses.push_back(entry.status); }

  std::vector<int> statuses;
};

TEST(RequestJournal, CountsByListenerAndStatusAndLogs) {
  metrics::Registry registry(1);
  CountingLog log;
  RequestJournal journal("ingress", 1, make_request_counters(registry), log, system_clock());
  FakeExchange answered("GET", "/");
  FakeExchange again("GET", "/");
  FakeExchange abandoned("GET", "/");
  answered.respond(http::ResponseHead(200), "hi");
  again.respond(http::ResponseHead(200), "hi");

  for (auto* exchange : {&answered, &again, &abandoned}) {
    journal.record(*exchange, {.address = "127.0.0.1", .host = "h"}, "i", journal.begin());
  }

  EXPECT_THAT(
      registry.expose(),
      testing::AllOf(
          testing::HasSubstr(R"(rockpool_http_requests_total{listener="ingress",status="200"} 2)"),
          testing::HasSubstr(
              R"(rockpool_http_requests_total{listener="ingress",status="499"} 1)")));
  EXPECT_EQ(log.statuses, (std::vector<int>{200, 200, 499}));
}

}  // namespace
}  // namespace rockpool::web
