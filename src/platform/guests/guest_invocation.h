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

  // What the invocation does now, in order. advance() tries each without waiting; wait() waits for
  // what keeps one from being done.
  enum class Step : std::uint8_t {
    ReadBody,  // where the guest needs all of it before it starts
    TakeTurn,  // of its state. Before the permit: calls that wait for one state hold none
    TakePermit,
    LoadProgram,
    Start,
    Run,       // the guest's events, as they come
    Redirect,  // the guest answered with a local redirect: its part is over
    Save,      // the guest has ended well; its state is not durable yet
    Answer,    // the guest has ended well; not all of its answer has been sent
    End,
  };

  // Runs steps until one has to wait. The outcome if the call failed or ended.
  std::optional<InvocationOutcome> advance();
  // The same for one step; nothing if it is done, and step_ is another then.
  enum class Tried : std::uint8_t { Done, MustWait };
  Result<Tried> try_step();
  Tried try_permit();
  Tried try_program();
  Result<void> start_call();
  Result<Tried> take_events();
  Result<void> take(Event event);
  Result<void> add_head();
  void end_guest();
  // How long the guest may run from now on.
  std::chrono::microseconds time_left() const;
  InvocationOutcome conclude(std::optional<Error> failure);
  void count(const std::optional<Error>& failure);

  // Waits for what step_ needs.
  Task<void> wait();
  Task<void> take_turn();
  Task<void> take_permit();
  Task<void> load_program();
  Task<void> wait_for_event();
  Task<void> save_state();
  Task<void> finish_answer();
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
  Step step_ = Step::ReadBody;
  std::optional<States::Turn> turn_;  // until its state is saved
  Permit permit_;
  std::unique_ptr<engine::GuestCall> call_;        // before what it refers to
  std::unique_ptr<engine::GuestCall> ended_call_;  // its guest has ended, its reading perhaps not
  SteadyTime ends_at_;                             // the call does at the latest
  bool is_running_ = false;                        // counted as in flight
  bool is_waited_for_ = false;                     // finish() was called
  engine::Usage usage_;
  std::string redirect_target_;
};

}  // namespace rockpool::platform
