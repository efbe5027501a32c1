#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/control/control.h"
#include "api/testing/fake_platform.h"
#include "json/value.h"
#include "web/testing/fake_exchange.h"

namespace rockpool::api {

inline constexpr std::string_view kSomeDigest =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// A control listener over a platform without guests, with the functions `hello` and `other`.
class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    platform_.add("hello");
    platform_.add("other");
    control_ = make_control({.platform = platform_,
                             .reactors = reactors_,
                             .metrics = metrics_,
                             .ids = ids_,
                             .journal = journal_,
                             .guard = guard_,
                             .proxies = proxies_,
                             .draining = draining_,
                             .clock = system_clock(),
                             .log = *log_});
    control_->set_facts({.public_url = "http://localhost:8080",
                         .ingress_url = "http://127.0.0.1:8080",
                         .control_url = "http://127.0.0.1:8090",
                         .max_module_bytes = 1000,
                         .started = system_clock().wall_now()});
  }

  // `meanwhile` happens while the handler waits.
  web::FakeExchange& serve(web::FakeExchange& exchange,
                           const std::function<void()>& meanwhile = {}) {
    auto& context = reactors_[0].context();
    async::asio::co_spawn(context, control_->handle(exchange), async::asio::detached);
    if (meanwhile) async::asio::post(context, meanwhile);
    context.restart();
    context.run();
    return exchange;
  }

  web::FakeExchange request(std::string method, std::string target, std::string body = {},
                            std::string_view type = "application/json") {
    web::FakeExchange exchange(std::move(method), std::move(target));
    if (!body.empty()) exchange.with_body({std::move(body)}).with("Content-Type", type);
    return exchange;
  }

  static json::Value body_of(const web::FakeExchange& exchange) {
    auto parsed = json::parse(exchange.body());
    EXPECT_TRUE(parsed) << exchange.body();
    return parsed ? *parsed : json::Value();
  }

  FakePlatform platform_;
  async::Reactors reactors_{1, nullptr};
  metrics::Registry metrics_{1};
  std::unique_ptr<web::AccessLog> access_log_ = web::make_access_log(web::AccessLogFormat::Off, -1);
  std::unique_ptr<Log> log_ = make_stderr_log(LogFormat::Text, Log::Level::Error);
  web::RequestIds ids_{1};
  web::RequestJournal journal_{"control", 1, web::make_request_counters(metrics_), *access_log_,
                               system_clock()};
  web::ControlGuard guard_{nullptr, {}};
  web::TrustedProxies proxies_;
  std::atomic<bool> draining_ = false;
  std::unique_ptr<Control> control_;
};

}  // namespace rockpool::api
