#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/server/exchange.h"
#include "platform/invocations/answer_sink.h"

namespace rockpool::api {

// Sends a guest's answer to the caller, with what the listener adds to it.
class GuestAnswer final : public platform::AnswerSink {
 public:
  // What a browser must hear of a function that allows pages of other origins to call it.
  struct CrossOrigin {
    std::span<const std::string> allowed;
    std::string_view origin;
  };

  // Exchange and views outlive it.
  explicit GuestAnswer(http::Exchange& exchange) : exchange_(exchange) {}
  void set_request_id(std::string_view request_id) { request_id_ = request_id; }
  void set_cross_origin(CrossOrigin cross_origin) { cross_origin_ = cross_origin; }

  void answer(http::ResponseHead head, std::string_view body) override;
  Task<void> start(http::ResponseHead head, std::optional<std::uint64_t> length) override;
  Task<void> write(std::string_view chunk) override { return exchange_.write(chunk); }
  Task<void> finish() override { return exchange_.finish(); }
  void abort() override { exchange_.abort(); }

 private:
  void complete(http::ResponseHead& head) const;

  http::Exchange& exchange_;
  std::string_view request_id_;
  std::optional<CrossOrigin> cross_origin_;
};

}  // namespace rockpool::api
