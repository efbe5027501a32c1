#include "engine/run/outgoing_exchange.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/event.h"
#include "engine/run/bridge_types.h"

namespace rockpool::engine {
namespace {

// What a guest may leave unread before whoever answers it waits.
constexpr std::size_t kUnread = 64 << 10;

class Exchange;

// Brings the bridge's news home. Counted by hand, since the bridge's wakers may outlive the
// exchange.
class News final : public OutgoingHooks {
 public:
  News(async::Reactor& home, std::weak_ptr<Exchange> exchange)
      : home_(home), exchange_(std::move(exchange)) {}

  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const override {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
  void changed() const override;

 private:
  struct Release {
    void operator()(const News* news) const { news->release(); }
  };

  ~News() = default;

  async::Reactor& home_;
  const std::weak_ptr<Exchange> exchange_;
  mutable std::atomic<int> references_{1};
  mutable std::atomic<bool> is_posted_{false};
};

class Exchange final : public OutgoingExchange,
                       public std::enable_shared_from_this<Exchange>,
                       private BodySource {
 public:
  Exchange(async::Reactor& home, const bridge::OutgoingHead& head,
           rust::Box<bridge::Outgoing> outgoing)
      : home_(home),
        way_(head.is_http ? Way::Http : Way::Call),
        method_(view_of(head.method)),
        scheme_(view_of(head.scheme)),
        authority_(view_of(head.authority)),
        path_with_query_(view_of(head.path_with_query)),
        has_body_(head.has_body),
        max_answer_bytes_(head.answer_bytes),
        outgoing_(std::move(outgoing)) {
    headers_.reserve(head.fields.size());
    for (const auto& field : head.fields) {
      headers_.emplace_back(view_of(field.name), view_of(field.value));
    }
  }

  void listen() {
    bridge::listen(*outgoing_, new News(home_, weak_from_this()));
    if (way_ == Way::Call) take_whole_body();
  }

  Way way() const override { return way_; }
  std::string_view method() const override { return method_; }
  std::string_view scheme() const override { return scheme_; }
  std::string_view authority() const override { return authority_; }
  std::string_view path_with_query() const override { return path_with_query_; }
  const std::vector<std::pair<std::string, std::string>>& headers() const override {
    return headers_;
  }
  BodySource* body() override { return has_body_ ? this : nullptr; }
  std::uint64_t max_answer_bytes() const override { return max_answer_bytes_; }

  void on_abandoned(std::function<void()> told) override {
    if (is_abandoned()) return told();
    told_ = std::move(told);
  }

  void begin(const AnswerHead& head, Voice voice) override {
    std::vector<bridge::NameValue> fields;
    fields.reserve(head.headers.size());
    for (const auto& [name, value] : head.headers)
      fields.push_back({slice_of(name), slice_of(value)});
    bridge::begin_answer(*outgoing_, static_cast<std::uint16_t>(head.status),
                         {fields.data(), fields.size()}, voice == Voice::Platform);
  }

  Task<void> write(std::string_view chunk) override {
    if (!chunk.empty()) bridge::push_answer(*outgoing_, slice_of(chunk));
    while (!is_over() && bridge::unread(*outgoing_) >= kUnread) co_await wait(has_room_);
    if (is_over()) co_return fail_cancelled();
    co_return Result<void>{};
  }

  void write_last(std::string_view chunk) override {
    if (!chunk.empty()) bridge::push_answer(*outgoing_, slice_of(chunk));
  }

  void finish() override { bridge::end_answer(*outgoing_); }

  // Whoever waits for the guest to read waits in vain from now on.
  void fail(ErrorCode why) override {
    has_failed_ = true;
    bridge::fail_answer(*outgoing_, str_of(name_of(why)));
    look();
  }

  void abandon() override {
    caller_has_ended_ = true;
    bridge::fail_answer(*outgoing_, str_of(name_of(ErrorCode::Cancelled)));
    look();
  }

  // The bridge has news.
  void look() {
    if (has_bytes_) has_bytes_->signal();
    if (has_room_) has_room_->signal();
    if (told_ && is_abandoned()) std::exchange(told_, nullptr)();
  }

 private:
  bool is_over() const { return has_failed_ || is_abandoned(); }
  bool is_abandoned() const { return caller_has_ended_ || bridge::is_abandoned(*outgoing_); }

  static std::unexpected<Error> fail_cancelled() {
    return rockpool::fail(ErrorCode::Cancelled, "the caller waits no more");
  }

  asio::awaitable<void> wait(std::optional<async::Event>& event) {
    if (!event) event.emplace(home_.context().get_executor());
    co_await event->wait();
  }

  void take_whole_body() {
    auto piece = bridge::take_request_body(*outgoing_);
    whole_ = std::string(view_of(piece.bytes));
  }

  std::optional<std::string_view> whole() override {
    return whole_ ? std::optional<std::string_view>(*whole_) : std::nullopt;
  }

  asio::awaitable<Result<std::string>> read(std::size_t room) override {
    while (rest_.empty()) {
      auto piece = bridge::take_request_body(*outgoing_);
      switch (piece.state) {
        case bridge::PieceState::Data:
          rest_ = view_of(piece.bytes);
          break;
        case bridge::PieceState::Pending:
          if (is_abandoned()) co_return fail_cancelled();
          co_await wait(has_bytes_);
          break;
        case bridge::PieceState::End:
          co_return std::string();
        default:
          co_return rockpool::fail(ErrorCode::BadRequest, "the caller gave its request's body up");
      }
    }
    if (rest_.size() <= room) co_return std::exchange(rest_, {});
    std::string piece = rest_.substr(0, room);
    rest_.erase(0, room);
    co_return piece;
  }

  async::Reactor& home_;
  const Way way_;
  const std::string method_;
  const std::string scheme_;
  const std::string authority_;
  const std::string path_with_query_;
  const bool has_body_;
  const std::uint64_t max_answer_bytes_;
  std::vector<std::pair<std::string, std::string>> headers_;
  rust::Box<bridge::Outgoing> outgoing_;
  std::optional<std::string> whole_;
  std::string rest_;  // of a piece that was larger than asked for
  std::function<void()> told_;
  bool caller_has_ended_ = false;
  bool has_failed_ = false;  // fail() was called
  std::optional<async::Event> has_bytes_;
  std::optional<async::Event> has_room_;
};

void News::changed() const {
  if (is_posted_.exchange(true)) return;
  retain();
  asio::post(home_.context(), [news = std::unique_ptr<const News, Release>(this)] {
    news->is_posted_.store(false);
    if (auto exchange = news->exchange_.lock()) exchange->look();
  });
}

}  // namespace

std::shared_ptr<OutgoingExchange> open_exchange(async::Reactor& home,
                                                const bridge::OutgoingHead& head,
                                                rust::Box<bridge::Outgoing> outgoing) {
  auto exchange = std::make_shared<Exchange>(home, head, std::move(outgoing));
  exchange->listen();
  return exchange;
}

}  // namespace rockpool::engine
