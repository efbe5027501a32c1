#pragma once

#include <boost/asio/awaitable.hpp>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "api/ingress/guest_answer.h"
#include "http/server/exchange.h"
#include "http/syntax/url.h"
#include "platform/platform.h"
#include "web/access/trusted_proxies.h"
#include "web/exchange_body.h"

namespace rockpool::api {

// A request on its way through a function. Everything the guest's call refers to stands here, so it
// stays where it was made.
class IngressCall {
 public:
  // Who asks, as the listener made it out.
  struct Caller {
    web::Origination origination;
    std::string request_id;
    std::string traceparent;
    SteadyTime begun;
  };

  // Exchange, platform and `public_url` (which may be null) outlive it.
  IngressCall(http::Exchange& exchange, Caller caller, platform::Platform& platform,
              platform::Destination destination, const http::Url* public_url);
  IngressCall(const IngressCall&) = delete;
  IngressCall& operator=(const IngressCall&) = delete;

  const Caller& caller() const { return caller_; }

  // Runs the call as far as it goes without waiting; true if it was answered.
  bool begin();
  // The rest. If the client goes away, the guest is ended and there is no answer.
  boost::asio::awaitable<void> finish();

 private:
  void describe(const http::Url* public_url);
  void take_fields();
  void conclude(const platform::InvocationOutcome& outcome);

  http::Exchange& exchange_;
  Caller caller_;
  // Cookie fields that were sent with what no guest may see.
  std::list<std::string> stripped_cookies_;
  platform::InvocationRequest request_;
  web::ExchangeBody body_;
  GuestAnswer answer_;
  std::string server_port_;
  std::unique_ptr<platform::Invocation> invocation_;
};

}  // namespace rockpool::api
