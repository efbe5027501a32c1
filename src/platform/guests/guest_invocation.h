#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "platform/admission/function_metrics.h"
#include "platform/guests/answer_writer.h"
#include "platform/guests/guest_call_start.h"
#include "platform/guests/invocation_host.h"
#include "platform/invocations/invoker.h"
#include "platform/outbound/outbound_calls.h"
#include "platform/programs/program_slot.h"
#include "platform/serving/served_version.h"
#include "platform/serving/serving_table.h"
#include "platform/states/states.h"

namespace rockpool::platform {

// Loads the program of a live version, on the reactor that asks. May outlive the call that asked:
// others may wait for the same program.
using LoadProgram = std::function<asio::awaitable<ProgramSlot::ProgramResult>(
    std::shared_ptr<const Version> version, engine::BinaryKind kind)>;

// What invocations work with; outlives them.
struct InvocationParts {
  engine::Engine& engine;
  const Clock& clock;
  const LoadProgram& load_program;
  ServingTable& serving;
  FunctionMetrics& function_metrics;
  OutboundCalls& calls;
  States& states;
};

// How often a CGI guest's local redirect may lead to another.
constexpr int kMaxRedirects = 10;

class GuestInvocation final : public Invocation {
 public:
  // A call's inputs and output, on its reactor.
  struct Ends {
    async::Reactor& home;
    const InvocationRequest& request;
    engine::BodySource* body;
    AnswerSink& sink;
  };

  GuestInvocation(const InvocationParts& parts, const Ends& ends, Destination destination,
                  int redirects_left);
  ~GuestInvocation() override;

  std::optional<InvocationOutcome> begin() override;
  asio::awaitable<InvocationOutcome> finish() override;

 private:
  using Event = engine::GuestCall::Event;

  // What can be done without waiting. Gives an outcome if the call failed or ended.
  std::optional<InvocationOutcome> advance();
  std::optional<InvocationOutcome> start_call();
  std::optional<InvocationOutcome> drain();
  Result<void> take(Event event);
  Result<void> add_head();
  void end_guest();
  // How long the guest may run from now on.
  std::chrono::microseconds time_left() const;
  InvocationOutcome conclude(std::optional<Error> failure, AnswerState if_well);
  void count(const std::optional<Error>& failure);

  // They wait for one thing that advance() needs.
  Task<void> get_ready();
  Task<void> take_turn();
  Task<void> load_program();
  Task<void> save_state();
  Task<void> pump();
  Task<void> flush();
  asio::awaitable<InvocationOutcome> run();
  asio::awaitable<InvocationOutcome> redirect();

  bool keeps_state() const { return destination_.settings().state == StateMode::Memory; }
  const ServedFunction& served() const { return *destination_.local->shared->served; }
  const FunctionName& name() const { return destination_.function().name; }
  std::size_t shard() const { return ends_.home.index(); }

  const InvocationParts parts_;
  const Ends ends_;
  const Destination destination_;
  const int redirects_left_;
  const SteadyTime begun_at_;
  const engine::Limits limits_;
  LimitedBody body_;
  InvocationHost host_;
  AnswerWriter writer_;
  GuestCallStart starter_;
  std::optional<States::Turn> turn_;  // until its state is saved
  Permit permit_;
  std::unique_ptr<engine::GuestCall> call_;        // before what it refers to
  std::unique_ptr<engine::GuestCall> ended_call_;  // its guest has ended, its reading perhaps not
  SteadyTime ends_at_;                             // the call does at the latest
  bool is_running_ = false;
  bool is_waited_for_ = false;  // finish() was called
  bool has_ended_ = false;      // the guest has; its answer may still be on its way
  bool is_saved_ = false;       // its state is
  engine::Usage usage_;
  std::optional<std::string> redirect_;
};

}  // namespace rockpool::platform
