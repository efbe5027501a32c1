#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "async/task.h"
#include "store/write_batch.h"

namespace rockpool::store {

// Collects batches that are committed at the same time and writes them as one, on a thread of its
// own, so that they share an fsync. Callable from any thread.
class CommitQueue {
 public:
  // Makes all the batches durable, in their order, or none of them.
  using Write = std::function<Result<void>(const std::vector<WriteBatch>& batches)>;

  explicit CommitQueue(Write write);
  // Writes what still waits.
  ~CommitQueue();
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  Task<void> commit(WriteBatch batch);
  Result<void> commit_blocking(WriteBatch batch);

 private:
  using Done = std::move_only_function<void(Result<void>)>;  // called on the queue's thread
  struct Waiting {
    std::vector<WriteBatch> batches;
    std::vector<Done> done;
    std::size_t bytes = 0;
  };

  void submit(WriteBatch batch, Done done);
  void write_until_stopped();
  Waiting take_group();

  const Write write_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<WriteBatch, Done>> waiting_;
  bool stopping_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace rockpool::store
