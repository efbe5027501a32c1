#include "http/testing/test_site.h"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "http/syntax/url.h"

namespace rockpool::http {

void Occasion::tell() {
  {
    std::lock_guard lock(mutex_);
    has_come_ = true;
  }
  told_.notify_all();
}

void Occasion::wait() {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(told_.wait_for(lock, std::chrono::seconds(10), [this] { return has_come_; }));
}

bool TestSite::try_handle(Exchange& exchange) {
  std::string_view path = exchange.request().path;
  if (path == "/") {
    exchange.respond(ResponseHead(200), exchange.draining() ? "draining" : "hello");
  } else if (path == "/big") {
    exchange.respond(ResponseHead(200), std::string(8'000'000, 'b'));
  } else if (path == "/holds/0" || path == "/holds/1") {
    hold(exchange, holds[path.ends_with('1')]);
  } else if (path == "/throws-at-once") {
    throw std::runtime_error("on purpose");
  } else {
    return false;
  }
  return true;
}

void TestSite::hold(Exchange& exchange, Hold& hold) {
  hold.begun.tell();
  hold.may_end.wait();
  exchange.respond(ResponseHead(200), "held");
}

asio::awaitable<void> TestSite::handle(Exchange& exchange) {
  std::string_view path = exchange.request().path;
  if (path == "/throws") throw std::runtime_error("on purpose");
  if (path == "/silent") co_return;
  if (path == "/waits") {
    co_await wait_for_disconnect(exchange);
    co_return;
  }
  auto done = co_await answer(exchange);
  if (!done) failed_code = static_cast<int>(done.error().code());
  if (!done && exchange.response_status() == 0) refuse(exchange, done.error());
}

Task<void> TestSite::answer(Exchange& exchange) {
  std::string_view path = exchange.request().path;
  if (path == "/echo") co_return co_await echo_stream(exchange);
  if (path == "/echo-whole") co_return co_await echo_whole(exchange);
  if (path == "/floods") co_return co_await flood(exchange);
  if (path == "/chunked") co_return co_await stream(exchange, std::nullopt);
  if (path == "/length") co_return co_await stream(exchange, 10);
  if (path == "/too-long") co_return co_await stream(exchange, 7);
  if (path == "/too-short") co_return co_await stream(exchange, 11);
  if (path == "/aborts") {
    ResponseHead head;
    CO_RETURN_IF_ERROR(co_await exchange.start_response(head, std::nullopt));
    CO_RETURN_IF_ERROR(co_await exchange.write("partial"));
    exchange.abort();
    co_return Result<void>{};
  }
  if (path == "/unfinished") {
    ResponseHead head;
    CO_RETURN_IF_ERROR(co_await exchange.start_response(head, std::nullopt));
    co_return co_await exchange.write("partial");
  }
  exchange.respond(ResponseHead(200), "waited");  // without the body having been read
  co_return Result<void>{};
}

Task<void> TestSite::stream(Exchange& exchange, std::optional<std::uint64_t> declared) {
  ResponseHead head;
  CO_RETURN_IF_ERROR(co_await exchange.start_response(head, declared));
  CO_RETURN_IF_ERROR(co_await exchange.write("hello"));
  CO_RETURN_IF_ERROR(co_await exchange.write("world"));
  co_return co_await exchange.finish();
}

Task<void> TestSite::echo_stream(Exchange& exchange) {
  std::array<char, 4096> block;
  ResponseHead head;
  bool started = false;
  for (;;) {
    CO_ASSIGN_OR_RETURN(std::size_t count, co_await exchange.read_body(block));
    if (!started) {
      CO_RETURN_IF_ERROR(co_await exchange.start_response(head, exchange.request().content_length));
    }
    started = true;
    if (count == 0) co_return co_await exchange.finish();
    std::string_view chunk(block.data(), count);
    CO_RETURN_IF_ERROR(co_await exchange.write(chunk));
  }
}

Task<void> TestSite::echo_whole(Exchange& exchange) {
  if (exchange.buffered_body()) {
    auto asked_again = exchange.buffered_body();
    ResponseHead head;
    head.with("X-Buffered", "1");
    exchange.respond(head, asked_again.value_or("nothing"));
    co_return Result<void>{};
  }
  std::string body;
  std::array<char, 100> block;
  for (;;) {
    CO_ASSIGN_OR_RETURN(std::size_t count, co_await exchange.read_body(block));
    if (count == 0) break;
    body.append(block.data(), count);
  }
  exchange.respond(ResponseHead(200), body);
  co_return Result<void>{};
}

Task<void> TestSite::flood(Exchange& exchange) {
  ResponseHead head;
  CO_RETURN_IF_ERROR(co_await exchange.start_response(head, std::nullopt));
  std::string chunk(20'000, 'f');
  for (;;) {
    auto written = co_await exchange.write(chunk);
    if (written) continue;
    failed_code = static_cast<int>(written.error().code());
    write_failed.tell();
    co_return written;
  }
}

asio::awaitable<void> TestSite::wait_for_disconnect(Exchange& exchange) {
  asio::steady_timer forever(exchange.reactor().context(), SteadyTime::max());
  exchange.on_disconnect([this, &forever] {
    client_gone.tell();
    forever.cancel();
  });
  waiting.tell();
  boost::system::error_code ended;
  auto token = asio::redirect_error(asio::use_awaitable, ended);
  co_await forever.async_wait(token);
  cancelled.tell();
  exchange.respond(ResponseHead(200), "late");
}

void TestSite::refuse(Exchange& exchange, const Error& error) {
  ResponseHead head(status_of(error.code()));
  head.with("X-Code", name_of(error.code()));
  exchange.respond(head, error.message());
}

TestServer::TestServer(ServerOptions options) {
  auto made = make_server("127.0.0.1:0", reactors_, site, std::move(options));
  EXPECT_TRUE(made);
  server_ = std::move(*made);
  reactors_.start();
}

TestServer::~TestServer() {
  server_->stop();
  EXPECT_TRUE(server_->wait(std::chrono::steady_clock::now() + std::chrono::seconds(10)));
  reactors_.stop();
}

std::uint16_t TestServer::port() const {
  return parse_host_port(server_->address())->port;
}

}  // namespace rockpool::http
