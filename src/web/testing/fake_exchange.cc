#include "web/testing/fake_exchange.h"

#include <algorithm>

#include "base/check.h"

namespace rockpool::web {

FakeExchange::FakeExchange(std::string method, std::string target) {
  request_.method = keep(method);
  request_.target = keep(target);
  auto question = request_.target.find('?');
  request_.path = request_.target.substr(0, question);
  if (question != std::string_view::npos) request_.query = request_.target.substr(question + 1);
  request_.host = "localhost:8080";
  request_.remote_address = "127.0.0.1";
  request_.remote_port = "40000";
}

std::string_view FakeExchange::keep(std::string_view text) {
  return texts_.emplace_back(text);
}

FakeExchange& FakeExchange::with(std::string_view name, std::string_view value) {
  request_.fields.push_back({keep(name), keep(value)});
  return *this;
}

FakeExchange& FakeExchange::with_body(std::vector<std::string> pieces) {
  std::uint64_t size = 0;
  for (const auto& piece : pieces) size += piece.size();
  pieces_ = std::move(pieces);
  request_.content_length = size;
  return *this;
}

FakeExchange& FakeExchange::chunked() {
  request_.content_length.reset();
  request_.chunked = true;
  return *this;
}

FakeExchange& FakeExchange::from(std::string_view address) {
  request_.remote_address = keep(address);
  return *this;
}

FakeExchange& FakeExchange::host(std::string_view host) {
  request_.host = keep(host);
  return *this;
}

FakeExchange& FakeExchange::set_draining() {
  draining_ = true;
  return *this;
}

FakeExchange& FakeExchange::set_path(std::string_view path, std::string_view query) {
  request_.path = keep(path);
  request_.query = keep(query);
  return *this;
}

void FakeExchange::disconnect() {
  is_gone_ = true;
  if (auto callback = std::exchange(on_disconnect_, nullptr)) callback();
}

std::string FakeExchange::field(std::string_view name) const {
  return head_ ? std::string(head_->find(name).value_or("")) : std::string();
}

std::vector<std::string> FakeExchange::fields(std::string_view name) const {
  std::vector<std::string> values;
  if (!head_) return values;
  for (auto field : *head_) {
    if (http::equal_ignoring_case(field.name, name)) values.emplace_back(field.value);
  }
  return values;
}

std::optional<std::string_view> FakeExchange::buffered_body() {
  if (pieces_.empty()) return "";
  if (pieces_.size() == 1) return pieces_.front();
  return std::nullopt;
}

Task<std::size_t> FakeExchange::read_body(std::span<char> into) {
  if (is_gone_) co_return fail(ErrorCode::Cancelled, "the client went away");
  if (pieces_.empty()) co_return std::size_t{0};
  std::string& piece = pieces_.front();
  std::size_t size = std::min(piece.size(), into.size());
  std::copy_n(piece.begin(), size, into.begin());
  piece.erase(0, size);
  if (piece.empty()) pieces_.erase(pieces_.begin());
  co_return size;
}

void FakeExchange::respond(const http::ResponseHead& head, std::string_view body) {
  CHECK(status_ == 0, "one answer for each exchange");
  head_ = head;
  status_ = head.status();
  bool sends_body = request_.method != "HEAD" && status_ != 204 && status_ != 304;
  if (sends_body) body_ = body;
  is_complete_ = true;
}

Task<void> FakeExchange::start_response(const http::ResponseHead& head,
                                        std::optional<std::uint64_t> /*content_length*/) {
  CHECK(status_ == 0, "one answer for each exchange");
  head_ = head;
  status_ = head.status();
  co_return Result<void>();
}

Task<void> FakeExchange::write(std::string_view chunk) {
  if (is_gone_) co_return fail(ErrorCode::Cancelled, "the client went away");
  body_ += chunk;
  co_return Result<void>();
}

Task<void> FakeExchange::finish() {
  is_complete_ = true;
  co_return Result<void>();
}

void FakeExchange::abort() {
  is_aborted_ = true;
}

void FakeExchange::on_disconnect(std::function<void()> callback) {
  if (is_gone_) {
    callback();
  } else {
    on_disconnect_ = std::move(callback);
  }
}

}  // namespace rockpool::web
