#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "logs/log_record.h"
#include "logs/record_buffer.h"
#include "logs/token_bucket.h"

namespace rockpool::logs {

class LogFollower;

struct LogLimits {
  std::uint64_t bytes_per_second = 64 << 10;  // and the burst
  std::size_t ring_bytes = 1 << 20;
};

// Which records a reader wants; of those that fit, the last `tail`.
struct LogQuery {
  std::size_t tail = SIZE_MAX;
  std::optional<WallTime> since = {};  // inclusive
  std::optional<WallTime> until = {};  // exclusive
  std::optional<std::string> request_id = {};
};

// The log of one function: its last records, in at most `ring_bytes` of memory (none while there
// are no records).
//
// What the guest writes and what the platform says each have `bytes_per_second`. Records beyond
// that are dropped and counted; when records are taken again, or a reader comes, one that says how
// many were dropped goes before them. Callable from any thread. `clock` outlives the ring.
class LogRing {
 public:
  LogRing(std::string function, LogLimits limits, const Clock& clock);
  LogRing(const LogRing&) = delete;
  LogRing& operator=(const LogRing&) = delete;

  // Who a line belongs to; the ring adds the time and its function's name.
  struct Origin {
    std::uint64_t version = 0;
    std::string request_id = {};
    std::string trace_id = {};
  };
  // `line` may be any bytes but no newline: it is escaped (see escape_line) and cut into records
  // of at most kMaxMessageBytes.
  void append(const Origin& origin, LogStream stream, Log::Level level, std::string_view line);

  void set_bytes_per_second(std::uint64_t bytes_per_second);

  // Oldest first.
  std::vector<LogRecord> read(const LogQuery& query);
  // Follows from the records that `query` finds on. Its methods are called on `executor`'s thread;
  // the ring outlives it.
  std::unique_ptr<LogFollower> follow(const LogQuery& query, boost::asio::any_io_executor executor);

  std::uint64_t dropped() const;
  // What the records occupy.
  std::size_t memory_bytes() const;

  static constexpr std::size_t kMaxMessageBytes = 16 << 10;

 private:
  friend class LogFollower;
  struct Listener;
  struct Budget {
    TokenBucket bucket;
    LogStream stream;
    std::uint64_t dropped_since_told = 0;
  };

  void store(const Origin& origin, LogStream stream, Log::Level level, std::string_view message);
  void tell_dropped(Budget& budget);
  void wake_listeners();
  Budget& budget_of(LogStream stream);

  const std::string function_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  RecordBuffer records_;
  Budget guest_;
  Budget platform_;
  std::uint64_t dropped_ = 0;
  std::vector<std::shared_ptr<Listener>> listeners_;
};

// A reader of records as they come.
class LogFollower {
 public:
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  // What came since the last call, at least one record, waiting for it; empty if `deadline` passed
  // first. A reader slower than the ring misses what was overwritten: `missed()` counts it.
  boost::asio::awaitable<std::vector<LogRecord>> next(SteadyTime deadline);
  std::uint64_t missed() const { return missed_; }

 private:
  friend class LogRing;
  LogFollower(LogRing& ring, std::shared_ptr<LogRing::Listener> listener, std::uint64_t next,
              LogQuery query);
  std::vector<LogRecord> take();

  LogRing& ring_;
  std::shared_ptr<LogRing::Listener> listener_;
  std::uint64_t next_;  // the sequence number of the next record
  LogQuery query_;
  std::uint64_t missed_ = 0;
};

}  // namespace rockpool::logs
