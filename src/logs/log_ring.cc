#include "logs/log_ring.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "async/event.h"
#include "logs/escape_line.h"
#include "logs/stored_record.h"

namespace rockpool::logs {
namespace {

namespace asio = boost::asio;

bool fits(const LogRecord& record, const LogQuery& query) {
  return (!query.since || record.time >= *query.since) &&
         (!query.until || record.time < *query.until) &&
         (!query.request_id || record.request_id == *query.request_id);
}

}  // namespace

// A follower as the ring knows it. Shared with wakes that are on their way to the follower's
// reactor, which may arrive after the follower ended.
struct LogRing::Listener {
  explicit Listener(const asio::any_io_executor& on) : executor(on), came(on) {}

  asio::any_io_executor executor;
  async::Event came;         // on the executor's thread
  bool wake_posted = false;  // under the ring's mutex
};

LogRing::LogRing(std::string function, LogLimits limits, const Clock& clock)
    : function_(std::move(function)),
      clock_(clock),
      records_(limits.ring_bytes),
      guest_{TokenBucket(limits.bytes_per_second, clock.steady_now()), LogStream::Stderr},
      platform_{TokenBucket(limits.bytes_per_second, clock.steady_now()), LogStream::Platform} {}

void LogRing::append(const Origin& origin, LogStream stream, Log::Level level,
                     std::string_view line) {
  std::lock_guard lock(mutex_);
  Budget& budget = budget_of(stream);
  // Its newline counts too, so that empty lines are no way around the limit.
  if (!budget.bucket.take(line.size() + 1, clock_.steady_now())) {
    ++budget.dropped_since_told;
    ++dropped_;
    return;
  }
  tell_dropped(budget);
  for (const std::string& message : escape_line(line, kMaxMessageBytes))
    store(origin, stream, level, message);
  wake_listeners();
}

void LogRing::set_bytes_per_second(std::uint64_t bytes_per_second) {
  std::lock_guard lock(mutex_);
  for (Budget* budget : {&guest_, &platform_})
    budget->bucket.set_rate(bytes_per_second, clock_.steady_now());
}

LogRing::Budget& LogRing::budget_of(LogStream stream) {
  return stream == LogStream::Platform ? platform_ : guest_;
}

void LogRing::store(const Origin& origin, LogStream stream, Log::Level level,
                    std::string_view message) {
  auto kept = records_.push(pack({.time = clock_.wall_now(),
                                  .level = level,
                                  .function = {},
                                  .version = origin.version,
                                  .request_id = origin.request_id,
                                  .trace_id = origin.trace_id,
                                  .stream = stream,
                                  .message = std::string(message)}));
  if (!kept) ++dropped_;  // a ring smaller than one record
}

void LogRing::tell_dropped(Budget& budget) {
  auto count = std::exchange(budget.dropped_since_told, 0);
  if (count == 0) return;
  auto whose = budget.stream == LogStream::Platform ? " of the platform" : "";
  store(
      {}, LogStream::Platform, Log::Level::Warning,
      fmt::format("{} line{}{} dropped: over the log limit", count, count == 1 ? "" : "s", whose));
}

void LogRing::wake_listeners() {
  for (const auto& listener : listeners_) {
    if (std::exchange(listener->wake_posted, true)) continue;
    asio::post(listener->executor, [listener] { listener->came.signal(); });
  }
}

std::vector<LogRecord> LogRing::read(const LogQuery& query) {
  std::lock_guard lock(mutex_);
  for (Budget* budget : {&guest_, &platform_}) tell_dropped(*budget);
  std::vector<LogRecord> found;
  records_.for_each(records_.first(), [&](std::uint64_t, std::string_view bytes) {
    auto record = unpack(bytes, function_);
    if (fits(record, query)) found.push_back(std::move(record));
  });
  if (found.size() > query.tail)
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(query.tail));
  return found;
}

std::unique_ptr<LogFollower> LogRing::follow(const LogQuery& query,
                                             asio::any_io_executor executor) {
  auto listener = std::make_shared<Listener>(executor);
  std::lock_guard lock(mutex_);
  // The record from which on `tail` records fit the query.
  std::vector<std::uint64_t> fitting;
  records_.for_each(records_.first(), [&](std::uint64_t number, std::string_view bytes) {
    if (fits(unpack(bytes, function_), query)) fitting.push_back(number);
  });
  auto start =
      fitting.size() > query.tail ? fitting[fitting.size() - query.tail - 1] + 1 : records_.first();
  listeners_.push_back(listener);
  return std::unique_ptr<LogFollower>(new LogFollower(*this, std::move(listener), start, query));
}

std::uint64_t LogRing::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

std::size_t LogRing::memory_bytes() const {
  std::lock_guard lock(mutex_);
  return records_.memory_bytes();
}

LogFollower::LogFollower(LogRing& ring, std::shared_ptr<LogRing::Listener> listener,
                         std::uint64_t next, LogQuery query)
    : ring_(ring), listener_(std::move(listener)), next_(next), query_(std::move(query)) {}

LogFollower::~LogFollower() {
  std::lock_guard lock(ring_.mutex_);
  std::erase(ring_.listeners_, listener_);
}

asio::awaitable<std::vector<LogRecord>> LogFollower::next(SteadyTime deadline) {
  while (true) {
    auto records = take();
    if (!records.empty()) co_return records;
    bool came = co_await listener_->came.wait_until(deadline);
    if (!came) co_return take();
  }
}

std::vector<LogRecord> LogFollower::take() {
  std::lock_guard lock(ring_.mutex_);
  listener_->wake_posted = false;
  missed_ += std::max(ring_.records_.first(), next_) - next_;
  std::vector<LogRecord> records;
  ring_.records_.for_each(next_, [&](std::uint64_t, std::string_view bytes) {
    auto record = unpack(bytes, ring_.function_);
    if (fits(record, query_)) records.push_back(std::move(record));
  });
  next_ = ring_.records_.next();
  return records;
}

}  // namespace rockpool::logs
