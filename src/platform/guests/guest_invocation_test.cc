#include "platform/guests/guest_invocation.h"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "async/cancel_when.h"
#include "async/event.h"
#include "async/run.h"
#include "base/clock.h"
#include "metrics/registry.h"
#include "store/memory_kv_store.h"

namespace rockpool::platform {
namespace {

using engine::GuestCall;
using Event = GuestCall::Event;

Event head(int status = 200) {
  Event event{.kind = Event::Kind::Head, .head = {}, .body = {}, .failure = {}};
  event.head.status = status;
  return event;
}

Event redirect_to(std::string path) {
  Event event = head();
  event.head.local_redirect = std::move(path);
  return event;
}

Event body(std::string text) {
  return {.kind = Event::Kind::Body, .head = {}, .body = std::move(text), .failure = {}};
}

Event end(std::optional<Error> failure = {}) {
  return {.kind = Event::Kind::End, .head = {}, .body = {}, .failure = std::move(failure)};
}

// A guest that gives its events as the script says. An event that is late is there only once
// somebody has waited for it; after the last event nothing comes any more.
struct Step {
  Event event;
  bool is_late = false;
};
using Script = std::vector<Step>;

// What became of all calls, in order.
struct Fates {
  std::vector<std::string> told;
  void tell(std::string what) { told.push_back(std::move(what)); }
};

class ScriptedCall final : public GuestCall {
 public:
  ScriptedCall(async::Reactor& home, Script script, Fates& fates)
      : home_(home),
        script_(script.begin(), script.end()),
        fates_(fates),
        never_(home.context().get_executor()) {
    fates_.tell("started");
  }

  std::optional<Event> poll_event() override {
    EXPECT_FALSE(has_ended_) << "an event was asked for after the end";
    if (script_.empty() || script_.front().is_late) return std::nullopt;
    return take();
  }

  asio::awaitable<Event> next_event() override {
    EXPECT_FALSE(has_ended_) << "an event was waited for after the end";
    co_await asio::post(home_.context(), asio::use_awaitable);
    if (script_.empty()) co_await never_.wait();
    co_return take();
  }

  void cancel(Error) override {}
  void let_go() override { fates_.tell("let go"); }
  asio::awaitable<void> close() override {
    co_await asio::post(home_.context(), asio::use_awaitable);
    fates_.tell("closed");
  }
  engine::Usage usage() const override { return {}; }

 private:
  Event take() {
    Event event = std::move(script_.front().event);
    script_.pop_front();
    has_ended_ = event.kind == Event::Kind::End;
    return event;
  }

  async::Reactor& home_;
  std::deque<Step> script_;
  Fates& fates_;
  async::Event never_;
  bool has_ended_ = false;
};

// A program is its script.
struct ScriptedProgram final : engine::Program {
  explicit ScriptedProgram(Script its_script) : script(std::move(its_script)) {}
  engine::Abi abi() const override { return engine::Abi::Http; }
  Script script;
};

// Starts the script of the program, whatever the abi.
class ScriptedEngine final : public engine::Engine {
 public:
  using Call = std::unique_ptr<GuestCall>;
  using ProgramOf = std::shared_ptr<const engine::Program>;

  void enter_thread() override {}
  std::string compatibility() const override { return "scripted"; }
  Result<std::string> compile(std::string_view) override { return std::string(); }
  Result<ProgramOf> load(const engine::MachineCode&, engine::BinaryKind,
                         const engine::ProgramOptions&) override {
    return ProgramOf();
  }
  Call start_http(async::Reactor& home, ProgramOf program, const engine::HttpRequest&,
                  const engine::CallOptions&) override {
    return play(home, *program);
  }
  Call start_cgi(async::Reactor& home, ProgramOf program,
                 const std::vector<std::pair<std::string, std::string>>&,
                 const engine::CallOptions&) override {
    return play(home, *program);
  }
  Call start_typed(async::Reactor& home, ProgramOf program, const engine::TypedExport&, std::string,
                   const engine::CallOptions&) override {
    return play(home, *program);
  }
  Call start_json(async::Reactor& home, ProgramOf program, const engine::TypedExport&, std::string,
                  const engine::CallOptions&) override {
    return play(home, *program);
  }
  Call start_argv(async::Reactor& home, ProgramOf program, const std::vector<std::string>&,
                  const engine::CallOptions&) override {
    return play(home, *program);
  }
  Call start_trial(async::Reactor& home, ProgramOf program, const engine::CallOptions&) override {
    return play(home, *program);
  }
  std::unique_ptr<engine::GuestState> make_state() override;
  std::uint64_t memory_in_use_bytes() const override { return 0; }
  std::uint64_t long_runs() const override { return 0; }

  Fates fates;

 private:
  Call play(async::Reactor& home, const engine::Program& program) {
    return std::make_unique<ScriptedCall>(
        home, dynamic_cast<const ScriptedProgram&>(program).script, fates);
  }
};

// A state that each call changes.
class CountedState final : public engine::GuestState {
 public:
  bool is_loaded() const override { return is_loaded_; }
  Result<void> load(const engine::StateChange&) override {
    is_loaded_ = true;
    return {};
  }
  std::optional<engine::StateChange> take_change() override {
    return engine::StateChange{.head = "changed"};
  }
  void keep_change() override {}
  void end_turn() override {}
  std::uint64_t bytes() const override { return 0; }

 private:
  bool is_loaded_ = false;
};

std::unique_ptr<engine::GuestState> ScriptedEngine::make_state() {
  return std::make_unique<CountedState>();
}

// Keeps the answer. A write waits if the client is slow.
class KeptAnswer final : public AnswerSink {
 public:
  KeptAnswer(async::Reactor& home, bool is_slow) : home_(home), is_slow_(is_slow) {}

  void answer(http::ResponseHead head, std::string_view whole) override {
    status = head.status();
    text = whole;
    is_finished = true;
  }
  Task<void> start(http::ResponseHead head, std::optional<std::uint64_t>) override {
    if (is_slow_) co_await asio::post(home_.context(), asio::use_awaitable);
    status = head.status();
    co_return Result<void>{};
  }
  Task<void> write(std::string_view chunk) override {
    if (is_slow_) co_await asio::post(home_.context(), asio::use_awaitable);
    text += chunk;
    co_return Result<void>{};
  }
  Task<void> finish() override {
    is_finished = true;
    co_return Result<void>{};
  }
  void abort() override { is_aborted = true; }

  int status = 0;
  std::string text;
  bool is_finished = false;
  bool is_aborted = false;

 private:
  async::Reactor& home_;
  const bool is_slow_;
};

class SilentLog final : public Log {
 public:
  void write(Level, std::string_view) override {}
};

class NoInvoker final : public Invoker {
 public:
  std::unique_ptr<Invocation> prepare(async::Reactor&, Destination, const InvocationRequest&,
                                      engine::BodySource*, AnswerSink&) override {
    return nullptr;
  }
};

// What a caller sees in the end, however it came: "200 text", "code", or "200 cut off: code".
std::string seen(const InvocationOutcome& outcome, const KeptAnswer& answer) {
  if (answer.is_aborted) {
    return std::to_string(answer.status) +
           " cut off: " + std::string(name_of(outcome.failure->code()));
  }
  if (outcome.failure) return std::string(name_of(outcome.failure->code()));
  EXPECT_TRUE(answer.is_finished);
  return std::to_string(answer.status) + " " + answer.text;
}

class GuestInvocationTest : public testing::Test {
 protected:
  void serve(std::string_view function_name, Script script, engine::Abi abi = engine::Abi::Http,
             StateMode state = StateMode::None) {
    auto name = FunctionName::parse(function_name).value();
    Version version{.digest = Digest::of(""), .abi = abi};
    version.settings.state = state;
    engine::Inspection inspection;
    engine::TypedExport run;
    run.name = "run";
    inspection.typed_exports.push_back(std::move(run));
    Function function{.name = name};
    function.live = std::make_shared<const Version>(std::move(version));
    function.inspection = std::make_shared<const engine::Inspection>(std::move(inspection));
    auto served = std::make_shared<ServedFunction>(ServedFunction{
        .name = name,
        .log = std::make_shared<logs::LogRing>(name.text(), logs::LogLimits{}, clock_),
        .admission = std::make_shared<Admission>(reactors_, clock_, AdmissionLimits{}, metrics_),
        .admission_metrics = metrics_,
        .in_flight = function_metrics_.in_flight.with({name.text()}),
        .duration = function_metrics_.duration.with({name.text()}),
        .cpu = function_metrics_.cpu.with({name.text()}),
        .instantiation = function_metrics_.instantiation.with({})});
    auto live = std::make_shared<ServedVersion>();
    live->function = std::make_shared<const Function>(std::move(function));
    live->served = std::move(served);
    live->program = std::make_shared<ProgramSlot>();
    live->program->set(std::make_shared<const ScriptedProgram>(std::move(script)));
    serving_.publish({{name, std::move(live)}});
  }

  static InvocationRequest request_of(std::string_view path) {
    InvocationRequest request;
    request.method = "POST";
    request.authority = "localhost";
    request.path_with_query = path;
    return request;
  }

  std::unique_ptr<GuestInvocation> prepare(const InvocationRequest& request, KeptAnswer& answer) {
    auto destination = serving_.route(0, "localhost", request.path()).value();
    InvocationParts parts{engine_,           clock_, load_program_, serving_,
                          function_metrics_, calls_, states_};
    GuestInvocation::Ends ends{reactors_[0], request, nullptr, answer};
    return std::make_unique<GuestInvocation>(parts, ends, std::move(destination), kMaxRedirects);
  }

  std::string call(std::string path, bool client_is_slow) {
    InvocationRequest request = request_of(path);
    KeptAnswer answer(reactors_[0], client_is_slow);
    auto invocation = prepare(request, answer);
    auto outcome = invocation->begin();
    if (!outcome) outcome = finish(*invocation);
    return seen(*outcome, answer);
  }

  static Task<bool> given_up(std::function<void(std::function<void()>)> subscribe,
                             GuestInvocation& invocation) {
    auto finishing = invocation.finish();
    auto outcome = co_await async::cancel_when(subscribe, std::move(finishing));
    co_return outcome.has_value();
  }

  // Every way to deliver the events that the contract allows: each of them at once or late.
  void expect_always(const std::vector<Event>& events, const std::string& expected,
                     engine::Abi abi = engine::Abi::Http, StateMode state = StateMode::None) {
    for (unsigned late = 0; late < 1U << events.size(); ++late) {
      Script script;
      for (std::size_t i = 0; i < events.size(); ++i)
        script.push_back({events[i], (late >> i & 1U) != 0});
      serve("guest", script, abi, state);
      EXPECT_EQ(call("/guest", false), expected) << "late events: " << late;
      EXPECT_EQ(call("/guest", true), expected) << "late events: " << late << ", slow client";
    }
  }

  // The coroutine has the outcome as its value, not as an error.
  InvocationOutcome finish(GuestInvocation& invocation) {
    return *async::run(reactors_[0].context(), outcome_of(invocation));
  }
  static Task<InvocationOutcome> outcome_of(GuestInvocation& invocation) {
    auto outcome = co_await invocation.finish();
    co_return std::move(outcome);
  }

  const Clock& clock_ = system_clock();
  async::Reactors reactors_{1, nullptr};
  metrics::Registry registry_{1};
  FunctionMetrics function_metrics_{registry_};
  AdmissionMetrics metrics_{.queue_full = function_metrics_.shed.with({"f", "queue-full"}),
                            .queue_wait = function_metrics_.shed.with({"f", "queue-wait"}),
                            .deadline = function_metrics_.shed.with({"f", "deadline"}),
                            .queue_depth = function_metrics_.queue_depth.with({"f"})};
  SilentLog log_;
  ServingTable serving_{reactors_};
  NoInvoker invoker_;
  ScriptedEngine engine_;
  OutboundCalls calls_{reactors_, serving_, invoker_, nullptr, log_};
  store::MemoryKvStore store_;
  States states_{store_, reactors_, clock_, {}, [this] { return engine_.make_state(); }};
  const LoadProgram load_program_ = nullptr;
};

const Error kTrap{ErrorCode::GuestTrap, "the guest trapped"};
const std::string kLarge(100 << 10, 'x');

TEST_F(GuestInvocationTest, AnAnswerIsTheSameHoweverItsEventsCome) {
  expect_always({head(201), end()}, "201 ");
  expect_always({head(), body("one"), end()}, "200 one");
  expect_always({head(), body("one"), body("two"), body("three"), end()}, "200 onetwothree");
  expect_always({head(), body(kLarge), body("rest"), end()}, "200 " + kLarge + "rest");
}

TEST_F(GuestInvocationTest, AnAnswerWithoutAHeadGetsOne) {
  expect_always({body("[1]"), end()}, "200 [1]", engine::Abi::Typed);
  expect_always({body(kLarge), body("."), end()}, "200 " + kLarge + ".", engine::Abi::Typed);
}

TEST_F(GuestInvocationTest, ALocalRedirectIsFollowedWhateverTheGuestDoesNext) {
  serve("neighbour", {{head()}, {body("here")}, {end()}}, engine::Abi::Cgi);

  expect_always({redirect_to("/neighbour"), end()}, "200 here", engine::Abi::Cgi);
  expect_always({redirect_to("/neighbour"), body("ignored"), end()}, "200 here", engine::Abi::Cgi);
  expect_always({redirect_to("/neighbour"), end(kTrap)}, "200 here", engine::Abi::Cgi);
}

TEST_F(GuestInvocationTest, ARedirectMayLeadToAGuestThatIsLate) {
  serve("neighbour", {{head(), true}, {body("here"), true}, {end(), true}}, engine::Abi::Cgi);

  expect_always({redirect_to("/neighbour"), end()}, "200 here", engine::Abi::Cgi);
}

TEST_F(GuestInvocationTest, AGuestIsLetGoBeforeItsRedirectIsFollowed) {
  serve("neighbour", {{head()}, {end()}}, engine::Abi::Cgi);
  serve("guest", {{redirect_to("/neighbour")}}, engine::Abi::Cgi);

  EXPECT_EQ(call("/guest", false), "200 ");

  std::vector<std::string> expected = {"started", "let go", "started", "closed"};
  EXPECT_EQ(engine_.fates.told, expected);
}

// The engine's call reads the request's body, which its owner may free once finish() has returned.
TEST_F(GuestInvocationTest, ACallThatIsGivenUpIsClosedBeforeItGoes) {
  serve("guest", {{head(), true}});
  std::function<void()> give_up;
  auto subscribe = [&give_up](std::function<void()> told) { give_up = std::move(told); };
  InvocationRequest request = request_of("/guest");
  KeptAnswer answer(reactors_[0], false);
  auto invocation = prepare(request, answer);
  ASSERT_FALSE(invocation->begin());
  asio::post(reactors_[0].context(),
             [&] { asio::post(reactors_[0].context(), [&] { give_up(); }); });

  auto outcome = async::run(reactors_[0].context(), given_up(subscribe, *invocation));

  EXPECT_FALSE(outcome.value()) << "nobody wanted it";
  std::vector<std::string> expected = {"started", "let go", "closed"};
  EXPECT_EQ(engine_.fates.told, expected);
}

TEST_F(GuestInvocationTest, ARedirectThatLeadsNowhereIsAFailure) {
  expect_always({redirect_to("/nowhere"), end()}, "function-not-found", engine::Abi::Cgi);
  expect_always({redirect_to("/guest"), end()}, "bad-guest-response", engine::Abi::Cgi);
}

TEST_F(GuestInvocationTest, AFailureBeforeTheHeadIsTheAnswer) {
  expect_always({end(kTrap)}, "guest-trap");
  expect_always({end()}, "bad-guest-response");
}

TEST_F(GuestInvocationTest, AStateIsSavedBeforeItsCallIsAnswered) {
  expect_always({body("[1]"), end()}, "200 [1]", engine::Abi::Typed, StateMode::Memory);
  expect_always({body(kLarge), body("."), end()}, "200 " + kLarge + ".", engine::Abi::Typed,
                StateMode::Memory);
  expect_always({body("[1]"), end(kTrap)}, "guest-trap", engine::Abi::Typed, StateMode::Memory);
}

// Whether anything was sent before depends on when the failure came, what is sent after it does
// not.
TEST_F(GuestInvocationTest, AFailureAfterTheHeadIsNeverAWholeAnswer) {
  for (unsigned late = 0; late < 1U << 3U; ++late) {
    serve("guest", {{head(), (late & 1U) != 0},
                    {body("one"), (late & 2U) != 0},
                    {end(kTrap), (late & 4U) != 0}});

    std::string answer = call("/guest", false);

    EXPECT_TRUE(answer == "guest-trap" || answer == "200 cut off: guest-trap") << answer;
  }
}

}  // namespace
}  // namespace rockpool::platform
