#include "store/commit_queue.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace rockpool::store {
namespace {

WriteBatch batch_of(const std::string& key, std::size_t value_bytes = 1) {
  WriteBatch batch;
  batch.put("b", key, std::string(value_bytes, 'v'));
  return batch;
}

// Records how batches were grouped; the first write waits until it is let go.
class SlowDisk {
 public:
  Result<void> write(const std::vector<WriteBatch>& batches) {
    if (groups_.empty()) {
      first_write_began_.set_value();
      let_go_.get_future().wait();
    }
    auto& group = groups_.emplace_back();
    for (const auto& batch : batches) group.push_back(batch.operations()[0].key);
    return result;
  }

  void wait_for_first_write() { first_write_began_.get_future().wait(); }
  void let_go() { let_go_.set_value(); }
  // After the queue ended.
  const std::vector<std::vector<std::string>>& groups() const { return groups_; }

  Result<void> result;

 private:
  std::promise<void> first_write_began_, let_go_;
  std::vector<std::vector<std::string>> groups_;
};

// Starts commits on a context that runs them until they wait for the disk.
class Committer {
 public:
  explicit Committer(CommitQueue& queue) : queue_(queue) {}

  void start(WriteBatch batch) {
    boost::asio::co_spawn(context_, queue_.commit(std::move(batch)),
                          [this](const std::exception_ptr&, Result<void> result) {
                            results.push_back(std::move(result));
                          });
    context_.poll();
  }
  void finish() { context_.run(); }

  std::vector<Result<void>> results;

 private:
  CommitQueue& queue_;
  boost::asio::io_context context_{1};
};

TEST(CommitQueue, BatchesThatWaitAreWrittenTogetherInOrder) {
  SlowDisk disk;
  {
    CommitQueue queue([&](const auto& batches) { return disk.write(batches); });
    Committer committer(queue);
    committer.start(batch_of("1"));
    disk.wait_for_first_write();
    committer.start(batch_of("2"));
    committer.start(batch_of("3"));

    disk.let_go();
    committer.finish();

    EXPECT_EQ(committer.results.size(), 3U);
  }
  EXPECT_EQ(disk.groups(), (std::vector<std::vector<std::string>>{{"1"}, {"2", "3"}}));
}

TEST(CommitQueue, AGroupIsBounded) {
  SlowDisk disk;
  {
    CommitQueue queue([&](const auto& batches) { return disk.write(batches); });
    Committer committer(queue);
    committer.start(batch_of("1"));
    disk.wait_for_first_write();
    committer.start(batch_of("2", 5 << 20));
    committer.start(batch_of("3"));

    disk.let_go();
    committer.finish();
  }
  EXPECT_EQ(disk.groups(), (std::vector<std::vector<std::string>>{{"1"}, {"2"}, {"3"}}));
}

TEST(CommitQueue, AFailureIsToldToAllOfTheGroup) {
  SlowDisk disk;
  disk.result = fail(ErrorCode::StorageFull, "full");
  CommitQueue queue([&](const auto& batches) { return disk.write(batches); });
  Committer committer(queue);
  committer.start(batch_of("1"));
  disk.wait_for_first_write();
  committer.start(batch_of("2"));
  committer.start(batch_of("3"));

  disk.let_go();
  committer.finish();

  ASSERT_EQ(committer.results.size(), 3U);
  for (const auto& result : committer.results)
    EXPECT_EQ(result.error().code(), ErrorCode::StorageFull);
}

TEST(CommitQueue, WritesWhatWaitsBeforeItEnds) {
  SlowDisk disk;
  std::optional<CommitQueue> queue(std::in_place,
                                   [&](const auto& batches) { return disk.write(batches); });
  Committer committer(*queue);
  committer.start(batch_of("1"));
  disk.wait_for_first_write();
  committer.start(batch_of("2"));

  std::jthread disk_goes_on([&] { disk.let_go(); });
  queue.reset();

  EXPECT_EQ(disk.groups().size(), 2U);
  committer.finish();
  EXPECT_EQ(committer.results.size(), 2U);
}

}  // namespace
}  // namespace rockpool::store
