#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/reactor.h"
#include "http/server/exchange.h"

namespace rockpool::web {

// An exchange without a connection, for tests: holds a request and keeps the answer.
class FakeExchange final : public http::Exchange {
 public:
  FakeExchange(std::string method, std::string target);

  FakeExchange& with(std::string_view name, std::string_view value);
  // The body arrives in these pieces; Content-Length is told unless it is chunked.
  FakeExchange& with_body(std::vector<std::string> pieces);
  FakeExchange& chunked();
  FakeExchange& from(std::string_view address);
  FakeExchange& host(std::string_view host);
  FakeExchange& set_draining();
  // Where the target is not the path itself.
  FakeExchange& set_path(std::string_view path, std::string_view query);
  // The client goes away, now or before it sent all of its body.
  void disconnect();

  // What was answered.
  int status() const { return status_; }
  std::string field(std::string_view name) const;
  std::vector<std::string> fields(std::string_view name) const;
  const std::string& body() const { return body_; }
  bool is_complete() const { return is_complete_; }
  bool is_aborted() const { return is_aborted_; }

  const http::Request& request() const override { return request_; }
  async::Reactor& reactor() override { return *reactor_; }
  bool draining() const override { return draining_; }
  std::optional<std::string_view> buffered_body() override;
  Task<std::size_t> read_body(std::span<char> into) override;
  void respond(const http::ResponseHead& head, std::string_view body) override;
  Task<void> start_response(const http::ResponseHead& head,
                            std::optional<std::uint64_t> content_length) override;
  Task<void> write(std::string_view chunk) override;
  Task<void> finish() override;
  void abort() override;
  void on_disconnect(std::function<void()> callback) override;
  int response_status() const override { return status_; }
  std::uint64_t response_bytes() const override { return body_.size(); }

 private:
  std::string_view keep(std::string_view text);

  std::list<std::string> texts_;
  http::Request request_;
  std::unique_ptr<async::Reactor> reactor_ = std::make_unique<async::Reactor>(0);
  bool draining_ = false;
  bool is_gone_ = false;
  std::vector<std::string> pieces_;
  std::optional<http::ResponseHead> head_;
  int status_ = 0;
  std::string body_;
  bool is_complete_ = false;
  bool is_aborted_ = false;
  std::function<void()> on_disconnect_;
};

}  // namespace rockpool::web
