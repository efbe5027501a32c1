#include "store/commit_queue.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <iterator>
#include <utility>

#include "async/hand_over.h"

namespace rockpool::store {
namespace {

namespace asio = boost::asio;

// Bounds how long one write takes, and with it how long the next commit waits.
constexpr std::size_t kMaxGroupBytes = 4 << 20;

std::size_t bytes_of(const WriteBatch& batch) {
  std::size_t bytes = 0;
  for (const auto& operation : batch.operations())
    bytes += operation.bucket.size() + operation.key.size() + operation.value.size();
  return bytes;
}

}  // namespace

CommitQueue::CommitQueue(Write write)
    : write_(std::move(write)), thread_([this] { write_until_stopped(); }) {}

CommitQueue::~CommitQueue() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_one();
}

Task<void> CommitQueue::commit(WriteBatch batch) {
  auto home = co_await asio::this_coro::executor;
  auto start = [this, home, &batch](auto handler) {
    auto done = [home, handler = std::move(handler)](Result<void> result) mutable {
      async::hand_over(home, std::move(handler), std::move(result));
    };
    submit(std::move(batch), std::move(done));
  };
  auto token = asio::use_awaitable;
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<void>)>(start,
                                                                                             token);
}

Result<void> CommitQueue::commit_blocking(WriteBatch batch) {
  std::promise<Result<void>> promise;
  auto written = promise.get_future();
  submit(std::move(batch),
         [&promise](Result<void> result) { promise.set_value(std::move(result)); });
  return written.get();
}

void CommitQueue::submit(WriteBatch batch, Done done) {
  std::lock_guard lock(mutex_);
  waiting_.emplace_back(std::move(batch), std::move(done));
  changed_.notify_one();
}

void CommitQueue::write_until_stopped() {
  while (true) {
    Waiting group = take_group();
    if (group.batches.empty()) return;
    Result<void> result = write_(group.batches);
    for (Done& done : group.done) done(result);
  }
}

// Waits for batches; empty once the queue stops and none is left.
CommitQueue::Waiting CommitQueue::take_group() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  Waiting group;
  auto next = waiting_.begin();
  for (; next != waiting_.end() && group.bytes < kMaxGroupBytes; ++next) {
    group.bytes += bytes_of(next->first);
    group.batches.push_back(std::move(next->first));
    group.done.push_back(std::move(next->second));
  }
  waiting_.erase(waiting_.begin(), next);
  return group;
}

}  // namespace rockpool::store
