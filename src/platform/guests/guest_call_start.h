#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/reactor.h"
#include "engine/engine.h"
#include "platform/guests/guest_request.h"
#include "platform/guests/limited_body.h"
#include "platform/invocations/invocation_request.h"
#include "platform/serving/destination.h"
#include "platform/states/state_key.h"

namespace rockpool::platform {

// Turns a request into a call of a guest, by the guest's abi. Lives as long as the call.
class GuestCallStart {
 public:
  // All outlive it.
  GuestCallStart(const Destination& destination, const InvocationRequest& request,
                 const engine::Limits& limits, LimitedBody& body)
      : destination_(destination), request_(request), limits_(limits), body_(body) {}

  // What can be refused before anything runs: an export that is not there, a method, a body that
  // is too large. With method-not-allowed, `allow()` says which are.
  Result<void> check();
  std::string_view allow() const { return allow_; }

  // Of which state of the function, if it keeps any; after check().
  const std::string& state_key() const { return state_key_.text; }

  // Whether the body has to be read to its end first.
  bool needs_whole_body() const;

  // Where a guest runs, and for how long at most.
  struct Place {
    engine::Engine& engine;
    async::Reactor& home;
    std::shared_ptr<const engine::Program> program;
    engine::CallHost& host;
    std::chrono::microseconds wall;
    engine::GuestState* state;  // null where the function keeps none
  };
  // Fails with bad-request or bad-arguments.
  Result<std::unique_ptr<engine::GuestCall>> start(Place place);

 private:
  using Started = Result<std::unique_ptr<engine::GuestCall>>;

  std::optional<std::uint64_t> content_length();
  Started start_http(Place place, engine::CallOptions options);
  Started start_cgi(Place place, engine::CallOptions options);
  Started start_typed(Place place, const engine::CallOptions& options);
  Started start_json(Place place, const engine::CallOptions& options);
  Started start_argv(Place place, const engine::CallOptions& options);

  engine::Abi abi() const { return destination_.version().abi; }
  // Where the body is that.
  std::string_view arguments() { return body_.whole().value_or(std::string_view()); }
  Result<void> check_target();

  const Destination& destination_;
  const InvocationRequest& request_;
  const engine::Limits& limits_;
  LimitedBody& body_;
  std::string_view allow_;
  StateKey state_key_;
  const engine::TypedExport* function_ = nullptr;
  std::optional<engine::TypedExport> declared_;  // what `function_` is if a type says its types
  GuestHeaders headers_;
  std::optional<engine::HttpRequest> http_request_;
};

}  // namespace rockpool::platform
