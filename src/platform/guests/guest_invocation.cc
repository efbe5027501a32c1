#include "platform/guests/guest_invocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/units.h"
#include "platform/guests/answer_deadline.h"

namespace rockpool::platform {
namespace {

// Enough of an answer to be worth a write of its own; a guest that is quicker goes on collecting.
constexpr std::size_t kFlushAt = 64UL << 10;

constexpr std::string_view kOk = "ok";

// What a function did wrong is for its log; that the server was busy, or the client wrong or gone,
// is not.
bool is_for_the_log(const Error& failure) {
  auto code = failure.code();
  if (code == ErrorCode::Overloaded || code == ErrorCode::Cancelled || code == ErrorCode::Timeout)
    return false;
  return !failure.detail().empty() || status_of(code) >= 500;
}

engine::Limits limits_of(const Destination& destination, const InvocationRequest& request) {
  const auto& own = destination.settings().limits;
  return request.limits ? engine::lowered(own, *request.limits) : own;
}

// Of guests whose answer is a body alone; empty for those that give its head, too.
std::string_view content_type_of(engine::Abi abi) {
  switch (abi) {
    case engine::Abi::Typed:
      return "application/json";
    case engine::Abi::Json:
    case engine::Abi::Argv:
      return "text/plain; charset=utf-8";
    default:
      return {};
  }
}

bool is_cancelled(const boost::system::system_error& error) {
  return error.code() == boost::asio::error::operation_aborted;
}

}  // namespace

GuestInvocation::GuestInvocation(const InvocationParts& parts, const Ends& ends,
                                 Destination destination, int redirects_left)
    : parts_(parts),
      ends_(ends),
      destination_(std::move(destination)),
      redirects_left_(redirects_left),
      begun_at_(parts.clock.steady_now()),
      limits_(limits_of(destination_, ends.request)),
      body_(ends.body, limits_.request_body_bytes),
      host_(ends.home, destination_, ends.request, parts.calls),
      writer_(ends.sink, ends.request.method, limits_.response_body_bytes),
      starter_(destination_, ends.request, limits_, body_) {}

GuestInvocation::~GuestInvocation() {
  end_guest();
}

// Frees its instance and its permit: neither is held while a slow client takes the answer.
void GuestInvocation::end_guest() {
  if (call_) usage_ = call_->usage();
  if (is_waited_for_ && call_) {
    // It may still read its body: finish() closes it before it goes.
    call_->let_go();
    ended_call_ = std::move(call_);
  }
  call_.reset();
  permit_.release();
  if (std::exchange(is_running_, false)) served().in_flight->add(shard(), -1);
}

std::optional<InvocationOutcome> GuestInvocation::begin() {
  if (auto fits = starter_.check(); !fits) {
    auto outcome = conclude(std::move(fits).error());
    outcome.allow = starter_.allow();
    return outcome;
  }
  return advance();
}

std::optional<InvocationOutcome> GuestInvocation::advance() {
  while (step_ != Step::End) {
    auto tried = try_step();
    if (!tried) return conclude(std::move(tried).error());
    if (*tried == Tried::MustWait) return std::nullopt;
  }
  return conclude(std::nullopt);
}

Result<GuestInvocation::Tried> GuestInvocation::try_step() {
  switch (step_) {
    case Step::ReadBody:
      if (starter_.needs_whole_body()) return Tried::MustWait;
      step_ = Step::TakeTurn;
      return Tried::Done;
    case Step::TakeTurn:
      if (keeps_state() && !turn_) return Tried::MustWait;
      step_ = Step::TakePermit;
      return Tried::Done;
    case Step::TakePermit:
      return try_permit();
    case Step::LoadProgram:
      return try_program();
    case Step::Start:
      RETURN_IF_ERROR(start_call());
      step_ = Step::Run;
      return Tried::Done;
    case Step::Run:
      return take_events();
    case Step::Redirect:
    case Step::Save:
      return Tried::MustWait;
    case Step::Answer:
      if (!writer_.can_answer_whole()) return Tried::MustWait;
      writer_.answer_whole();
      step_ = Step::End;
      return Tried::Done;
    case Step::End:
      break;
  }
  throw_bug("step", "an invocation is at no step");
}

GuestInvocation::Tried GuestInvocation::try_permit() {
  if (!permit_) permit_ = served().admission->try_acquire(shard());
  if (!permit_) return Tried::MustWait;
  step_ = Step::LoadProgram;
  return Tried::Done;
}

GuestInvocation::Tried GuestInvocation::try_program() {
  LocalVersion& local = *destination_.local;
  if (local.program == nullptr) {
    auto loaded = local.shared->program->get();
    if (loaded == nullptr) return Tried::MustWait;
    local.set_program(std::move(loaded));
  }
  step_ = Step::Start;
  return Tried::Done;
}

Result<void> GuestInvocation::start_call() {
  served().in_flight->add(shard(), 1);
  is_running_ = true;
  auto wall = time_left();
  ends_at_ = parts_.clock.steady_now() + wall;
  host_.set_deadline(ends_at_);
  auto* state = turn_ ? &turn_->state() : nullptr;
  ASSIGN_OR_RETURN(call_, starter_.start({parts_.engine, ends_.home, destination_.local->program,
                                          host_, wall, state}));
  return {};
}

std::chrono::microseconds GuestInvocation::time_left() const {
  using std::chrono::microseconds;
  auto wall = limits_.wall;
  if (!ends_.request.deadline) return wall;
  // Rounded up, so that the caller's time is over first: the failure is its own.
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*ends_.request.deadline -
                                                           parts_.clock.steady_now());
  return std::clamp<microseconds>(left, microseconds(0), wall);
}

// Takes the events that are there, until one leads to another step. Nothing of an answer is sent
// before its guest's state is saved, so all of it is collected then.
Result<GuestInvocation::Tried> GuestInvocation::take_events() {
  while (step_ == Step::Run) {
    if (!keeps_state() && writer_.pending() >= kFlushAt) return Tried::MustWait;
    auto event = call_->poll_event();
    if (!event) return Tried::MustWait;
    RETURN_IF_ERROR(take(*std::move(event)));
  }
  return Tried::Done;
}

Result<void> GuestInvocation::take(Event event) {
  switch (event.kind) {
    case Event::Kind::Head:
      if (!event.head.local_redirect) return writer_.take_head(std::move(event.head));
      redirect_target_ = *std::move(event.head.local_redirect);
      step_ = Step::Redirect;
      return {};
    case Event::Kind::Body:
      RETURN_IF_ERROR(add_head());
      return writer_.take_body(std::move(event.body));
    case Event::Kind::End:
      end_guest();
      if (event.failure) return std::unexpected(*std::move(event.failure));
      RETURN_IF_ERROR(writer_.check_end());
      step_ = keeps_state() ? Step::Save : Step::Answer;
      return {};
  }
  return {};
}

// Gives the answer a head if its guest does not.
Result<void> GuestInvocation::add_head() {
  auto content_type = content_type_of(destination_.version().abi);
  if (content_type.empty() || writer_.has_head()) return {};
  engine::AnswerHead head;
  head.headers.emplace_back("Content-Type", content_type);
  return writer_.take_head(std::move(head));
}

asio::awaitable<InvocationOutcome> GuestInvocation::finish() {
  is_waited_for_ = true;
  std::optional<InvocationOutcome> outcome;
  try {
    outcome = co_await run();
  } catch (const boost::system::system_error& error) {
    if (!is_cancelled(error)) throw;
  }
  if (!outcome) outcome = conclude(Error(ErrorCode::Cancelled, "the call was given up"));
  if (ended_call_) {
    // Above all if the invocation was cancelled: a call that still reads its body must not go. The
    // next co_await of a cancelled coroutine throws, so the state is reset here and not further in.
    auto uncancelled = asio::disable_cancellation();
    co_await asio::this_coro::reset_cancellation_state(uncancelled);
    co_await ended_call_->close();
    ended_call_.reset();
  }
  co_return *std::move(outcome);
}

asio::awaitable<InvocationOutcome> GuestInvocation::run() {
  for (;;) {
    if (step_ == Step::Redirect) co_return co_await redirect();
    auto waited = co_await wait();
    if (!waited) co_return conclude(std::move(waited).error());
    if (auto outcome = advance()) co_return *std::move(outcome);
  }
}

Task<void> GuestInvocation::wait() {
  switch (step_) {
    case Step::ReadBody:
      co_return co_await body_.read_whole();
    case Step::TakeTurn:
      co_return co_await take_turn();
    case Step::TakePermit:
      co_return co_await take_permit();
    case Step::LoadProgram:
      co_return co_await load_program();
    case Step::Run:
      co_return co_await wait_for_event();
    case Step::Save:
      co_return co_await save_state();
    case Step::Answer:
      co_return co_await finish_answer();
    case Step::Start:
    case Step::Redirect:
    case Step::End:
      break;
  }
  throw_bug("step", "an invocation waits where there is nothing to wait for");
}

Task<void> GuestInvocation::take_turn() {
  const auto& function = destination_.function();
  auto state = state_of(function, starter_.state_key());
  AdmissionLimits limits{.queue = limits_.queue, .queue_wait = limits_.queue_wait};
  auto turn =
      co_await parts_.states.enter(shard(), std::move(state), limits, served().admission_metrics);
  if (!turn) co_return std::unexpected(std::move(turn).error());
  turn_.emplace(*std::move(turn));
  co_return Result<void>{};
}

Task<void> GuestInvocation::take_permit() {
  CO_ASSIGN_OR_RETURN(permit_, co_await served().admission->acquire(shard()));
  co_return Result<void>{};
}

Task<void> GuestInvocation::save_state() {
  CO_RETURN_IF_ERROR(co_await turn_->save());
  turn_.reset();
  step_ = Step::Answer;
  co_return Result<void>{};
}

Task<void> GuestInvocation::finish_answer() {
  CO_RETURN_IF_ERROR(co_await writer_.finish());
  step_ = Step::End;
  co_return Result<void>{};
}

Task<void> GuestInvocation::load_program() {
  LocalVersion& local = *destination_.local;
  auto kind = destination_.function().inspection->kind;
  const auto& load_program = parts_.load_program;
  auto version = destination_.function().live;
  ProgramSlot::Load load = [&load_program, version, kind] { return load_program(version, kind); };
  auto loaded = co_await local.shared->program->get_or_load(load);
  if (!loaded) {
    co_return fail(ErrorCode::Internal, "the function's machine code can't be loaded",
                   loaded.error().to_string());
  }
  local.set_program(*std::move(loaded));
  co_return Result<void>{};
}

// Sends what there is, then waits for the guest's next event and takes it.
Task<void> GuestInvocation::wait_for_event() {
  if (writer_.has_head() && !keeps_state()) CO_RETURN_IF_ERROR(co_await flush());
  auto event = co_await call_->next_event();
  co_return take(std::move(event));
}

// The guest waits meanwhile, and its events are not asked for.
Task<void> GuestInvocation::flush() {
  AnswerDeadline deadline(ends_.home, ends_at_, writer_);
  auto flushed = co_await writer_.flush();
  if (!deadline.has_passed()) co_return flushed;
  co_return fail(ErrorCode::LimitWall,
                 fmt::format("the client did not take the answer within the call's limit of {}",
                             format_duration(limits_.wall)));
}

// RFC 3875 section 6.2.2: the answer is that to a GET of the path.
asio::awaitable<InvocationOutcome> GuestInvocation::redirect() {
  if (redirects_left_ == 0) {
    co_return conclude(Error(ErrorCode::BadGuestResponse, "too many local redirects"));
  }
  InvocationRequest next = ends_.request;
  if (next.method != "HEAD") next.method = "GET";
  next.path_with_query = redirect_target_;
  next.content_length.reset();
  std::erase_if(next.headers, [](const auto& field) {
    return http::equal_ignoring_case(field.first.substr(0, 8), "content-");
  });
  // A function that called has the right to call this one, not any that its paths may lead to.
  auto destination = next.depth > 0 ? parts_.serving.route_within(shard(), name(), next.path())
                                    : parts_.serving.route(shard(), next.authority, next.path());
  if (!destination) {
    auto code = destination.error().code();
    Error lost(code == ErrorCode::BadRequest ? ErrorCode::BadGuestResponse : code,
               "a local redirect leads nowhere: " + destination.error().message());
    co_return conclude(std::move(lost));
  }
  // The guest is done, and must not hold a permit that the next one may need.
  conclude(std::nullopt);
  Ends ends{ends_.home, next, nullptr, ends_.sink};
  GuestInvocation follower(parts_, ends, *std::move(destination), redirects_left_ - 1);
  auto outcome = follower.begin();
  if (!outcome) outcome = co_await follower.finish();
  outcome->duration = parts_.clock.steady_now() - begun_at_;
  co_return *std::move(outcome);
}

InvocationOutcome GuestInvocation::conclude(std::optional<Error> failure) {
  end_guest();
  turn_.reset();
  InvocationOutcome outcome;
  outcome.usage = usage_;
  outcome.duration = parts_.clock.steady_now() - begun_at_;
  outcome.answer = failure ? AnswerState::Unanswered : AnswerState::Answered;
  if (failure && writer_.is_started()) {
    writer_.abort();
    outcome.answer = AnswerState::Aborted;
  }
  served().duration->observe(shard(), outcome.duration);
  served().cpu->add(shard(), outcome.usage.cpu);
  if (outcome.usage.instantiation.count() > 0) {
    served().instantiation->observe(shard(), outcome.usage.instantiation);
  }
  count(failure);
  outcome.failure = std::move(failure);
  return outcome;
}

void GuestInvocation::count(const std::optional<Error>& failure) {
  auto outcome = failure ? name_of(failure->code()) : kOk;
  const auto& version = *destination_.local->shared;
  destination_.local->outcomes.count(shard(), parts_.function_metrics, version,
                                     ends_.request.trigger, outcome);
  if (failure && is_for_the_log(*failure)) {
    host_.say(Log::Level::Error, failure->to_string());
  }
}

}  // namespace rockpool::platform
