#include "http/server/shard.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <ctime>
#include <utility>

#include "http/server/connection.h"

namespace rockpool::http {
namespace {

// When the process is out of descriptors or memory.
constexpr std::chrono::milliseconds kAcceptAgain{100};
// Connections over the limit that are told so at a time; more are closed without a word.
constexpr std::size_t kMaxRefused = 64;
// An answer waits for others that long at most, and for the request that is handled meanwhile.
constexpr std::chrono::microseconds kFlushWithin{250};

}  // namespace

void DrainBoard::report(std::size_t shard, std::size_t busy, std::size_t open) {
  {
    std::lock_guard lock(mutex_);
    rows_[shard] = {.reported = true, .busy = busy, .open = open};
  }
  changed_.notify_all();
}

bool DrainBoard::wait_quiet(SteadyTime deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] {
    return std::ranges::all_of(rows_, [](const Row& row) { return row.reported && row.busy == 0; });
  });
}

bool DrainBoard::wait_empty(SteadyTime deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] {
    return std::ranges::all_of(rows_, [](const Row& row) { return row.reported && row.open == 0; });
  });
}

Shard::Shard(async::Reactor& reactor, Handler& handler, const ServerOptions& options,
             DrainBoard& board, Acceptor acceptor)
    : reactor_(reactor),
      handler_(handler),
      options_(options),
      board_(board),
      acceptor_(std::move(acceptor)),
      accept_timer_(reactor.context()),
      sweep_timer_(reactor.context()) {}

Shard::~Shard() = default;

void Shard::start() {
  if (acceptor_.is_open()) accept();
}

void Shard::accept() {
  acceptor_.async_accept(reactor_.context(),
                         [this](const boost::system::error_code& error, Socket socket) {
                           if (!acceptor_.is_open()) return;
                           if (error && error != asio::error::connection_aborted) {
                             retry_accept();
                             return;
                           }
                           if (!error) add(std::move(socket));
                           accept();
                         });
}

void Shard::retry_accept() {
  accept_timer_.expires_after(kAcceptAgain);
  accept_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && acceptor_.is_open()) accept();
  });
}

void Shard::add(Socket socket) {
  bool within_limit = options_.connections->take();
  if (!within_limit && refused_ == kMaxRefused) return;
  std::optional<Error> refusal;
  if (!within_limit) {
    ++refused_;
    refusal.emplace(ErrorCode::Overloaded, "the server has too many open connections");
  }
  boost::system::error_code already_gone;  // the first read tells
  socket.set_option(asio::ip::tcp::no_delay(true), already_gone);
  schedule_sweep();
  auto& connection =
      connections_.emplace_back(std::make_unique<Connection>(*this, std::move(socket)));
  connection->shard_index = connections_.size() - 1;
  connection->counts_to_limit = within_limit;
  connection->start(refusal);
}

void Shard::remove(Connection& connection) {
  std::size_t index = connection.shard_index;
  if (connection.counts_to_limit) {
    options_.connections->give_back();
  } else {
    --refused_;
  }
  auto removed = std::move(connections_[index]);
  if (index + 1 < connections_.size()) {
    connections_[index] = std::move(connections_.back());
    connections_[index]->shard_index = index;
  }
  connections_.pop_back();
  report();
}

// From the last to the first: one that goes is replaced by one that was visited.
template <class Visit>
void Shard::for_each_connection(Visit visit) {
  for (std::size_t i = connections_.size(); i > 0; --i) {
    if (i <= connections_.size()) visit(*connections_[i - 1]);
  }
}

bool Shard::flush_with_others(Connection& connection) {
  SteadyTime now = std::chrono::steady_clock::now();
  if (unsent_.empty()) {
    unsent_since_ = now;
  } else if (now - unsent_since_ >= kFlushWithin) {
    flush_unsent();
    return false;
  }
  unsent_.push_back(&connection);
  if (!std::exchange(flush_posted_, true)) {
    asio::post(reactor_.context(), [this] {
      flush_posted_ = false;
      flush_unsent();
    });
  }
  return true;
}

void Shard::flush_unsent() {
  std::swap(unsent_, flushing_);
  for (Connection* connection : flushing_) connection->flush_now();
  flushing_.clear();
}

void Shard::leave_exchange() {
  --busy_;
  report();
}

void Shard::report() {
  if (draining_) board_.report(reactor_.index(), busy_, connections_.size());
}

void Shard::drain() {
  boost::system::error_code ignored;  // closing a listening socket can't be helped further
  acceptor_.close(ignored);
  draining_ = true;
  report();
}

void Shard::close_idle() {
  closes_idle_ = true;
  for_each_connection([](Connection& connection) { connection.close_if_idle(); });
}

void Shard::stop() {
  drain();
  for_each_connection([](Connection& connection) { connection.terminate(); });
}

// Sleeps while there is no connection.
void Shard::schedule_sweep() {
  if (sweeping_) return;
  sweeping_ = true;
  read_clocks();
  sweep_timer_.expires_after(options_.sweep);
  sweep_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    sweeping_ = false;
    if (!cancelled) sweep();
  });
}

void Shard::sweep() {
  read_clocks();
  for_each_connection([this](Connection& connection) { connection.sweep(now_); });
  if (!connections_.empty()) schedule_sweep();
}

void Shard::read_clocks() {
  now_ = std::chrono::steady_clock::now();
  std::time_t second = std::time(nullptr);
  if (second == date_second_) return;
  date_second_ = second;
  std::tm utc{};
  gmtime_r(&second, &utc);
  std::array<char, kDateForm.size() + 1> text{};
  // The C locale's names: the process never sets another.
  std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
  std::copy_n(text.begin(), date_line_.size(), date_line_.begin());
}

}  // namespace rockpool::http
