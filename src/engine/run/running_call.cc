#include "engine/run/running_call.h"

#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "async/event.h"
#include "async/task_group.h"
#include "base/check.h"
#include "engine/run/bridge_types.h"

namespace rockpool::engine {
namespace {

constexpr std::size_t kBodyPiece = 64 << 10;
// Requests of one call that are open at once.
constexpr std::size_t kMaxOpenRequests = 64;

// Reads what outlet.rs encodes: u16 status, then u32 lengths and bytes, little-endian.
class HeadReader {
 public:
  explicit HeadReader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  template <class T>
  T take_number() {
    T value;
    CHECK(rest_.size() >= sizeof value, "the bridge's head is cut");
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }

  std::string take_text() {
    auto size = take_number<std::uint32_t>();
    CHECK(rest_.size() >= size, "the bridge's head is cut");
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }

 private:
  std::string_view rest_;
};

AnswerHead decode_head(std::string_view bytes) {
  HeadReader reader(bytes);
  AnswerHead head;
  head.status = reader.take_number<std::uint16_t>();
  while (!reader.at_end()) {
    std::string name = reader.take_text();
    head.headers.emplace_back(std::move(name), reader.take_text());
  }
  return head;
}

class RunningCall final : public GuestCall, private RunOwner {
 public:
  RunningCall(RunEnvironment& environment, Home& home, const CallOptions& options)
      : home_(home),
        host_(options.host),
        body_(options.body),
        run_(new GuestRun(environment, home, options.limits, options.host)) {}

  ~RunningCall() override {
    abandon_requests();
    run_->detach();
    run_->release();
  }

  void start(const MakeCall& make_call) {
    run_->retain();
    auto call = make_call(run_, pipes_);
    run_->attach(this);
    run_->start(std::move(call));
  }

  std::optional<Event> poll_event() override {
    // Looked at first: what a guest handed over before its end is there once the end is seen.
    bool ended = run_->ended();
    if (bridge::has_output(*pipes_.outlet)) return take_output();
    if (!ended) return std::nullopt;
    abandon_requests();
    Event event{.kind = Event::Kind::End, .head = {}, .body = {}, .failure = run_->failure()};
    return event;
  }

  asio::awaitable<Event> next_event() override {
    for (;;) {
      if (auto event = poll_event()) co_return std::move(*event);
      if (!progress_) progress_.emplace(home_.reactor.context().get_executor());
      co_await progress_->wait();
    }
  }

  void cancel(Error why) override { run_->end_with(std::move(why)); }

  void let_go() override {
    abandon_requests();
    run_->detach();
  }

  asio::awaitable<void> close() override {
    let_go();
    if (!reading_) co_return;
    reading_->stop();
    co_await reading_->wait();
  }

  Usage usage() const override {
    return {.cpu = run_->cpu(),
            .wall = run_->wall(),
            .peak_memory_bytes = run_->ended() ? run_->peak_memory_bytes() : 0,
            .instantiation = run_->ended() ? run_->instantiation() : std::chrono::nanoseconds(0)};
  }

 private:
  Event take_output() {
    Event event;
    if (auto head = bridge::take_head(*pipes_.outlet); !head.empty()) {
      event.kind = Event::Kind::Head;
      event.head = decode_head(view_of(head));
      return event;
    }
    event.kind = Event::Kind::Body;
    auto body = bridge::take_body(*pipes_.outlet);
    event.body.assign(view_of(body));
    return event;
  }

  void on_progress() override {
    if (progress_) progress_->signal();
  }

  void on_body_wanted() override {
    if (!reading_) {
      reading_.emplace("request body", home_.reactor.context().get_executor(),
                       [this](const std::string&, const Error& error) { body_failed(error); });
    }
    reading_->spawn(read_body());
  }

  void on_request(std::shared_ptr<OutgoingExchange> request) override {
    if (run_->ended()) return request->abandon();
    std::erase_if(requests_, [](const auto& known) { return known.expired(); });
    if (requests_.size() >= kMaxOpenRequests) return request->fail(ErrorCode::Overloaded);
    requests_.push_back(request);
    host_->send(std::move(request));
  }

  // Nobody waits for them once the guest has ended, though a store that is kept for reuse may still
  // hold them.
  void abandon_requests() {
    for (const auto& known : std::exchange(requests_, {})) {
      if (auto request = known.lock()) request->abandon();
    }
  }

  Task<void> read_body() {
    auto piece = co_await body_->read(kBodyPiece);
    if (!piece) co_return std::unexpected(std::move(piece).error());
    if (piece->empty()) {
      bridge::end(*pipes_.inlet);
    } else {
      bridge::push(*pipes_.inlet, slice_of(*piece));
    }
    co_return Result<void>{};
  }

  // The guest does not see that its read fails: it could end with an answer of its own before it is
  // marked.
  void body_failed(const Error& error) { run_->end_with(error); }

  Home& home_;
  CallHost* host_;
  BodySource* body_;
  Pipes pipes_;
  GuestRun* run_;
  // Made when first needed: most calls end within their first quantum.
  std::optional<async::Event> progress_;
  std::optional<async::TaskGroup> reading_;
  std::vector<std::weak_ptr<OutgoingExchange>> requests_;
};

}  // namespace

void feed_whole_body(BodySource* body, const Pipes& pipes) {
  if (body == nullptr) return bridge::end(*pipes.inlet);
  auto whole = body->whole();
  if (!whole) return;
  if (!whole->empty()) bridge::push(*pipes.inlet, slice_of(*whole));
  bridge::end(*pipes.inlet);
}

std::unique_ptr<GuestCall> start_running_call(RunEnvironment& environment, Home& home,
                                              const CallOptions& options,
                                              const MakeCall& make_call) {
  auto call = std::make_unique<RunningCall>(environment, home, options);
  call->start(make_call);
  return call;
}

}  // namespace rockpool::engine
