#pragma once

#include <boost/asio/awaitable.hpp>
#include <string_view>

#include "dialects/dialect.h"
#include "dialects/wasmengine/reply.h"

namespace rockpool::dialects::wasmengine {

// The calls that deploy, delete and show functions; `body` is the request's and outlives the call.
// A change is durable when it is answered.
class OutboundCalls {
 public:
  // Outlives it.
  explicit OutboundCalls(const DialectWorld& world) : world_(world) {}

  boost::asio::awaitable<Reply> deploy(std::string_view body);
  boost::asio::awaitable<Reply> remove(std::string_view body);
  Reply list() const;
  Reply query(std::string_view body) const;

 private:
  Reply deploy_failure(const Error& failure, std::string_view host) const;

  const DialectWorld& world_;
};

}  // namespace rockpool::dialects::wasmengine
