// How many batches of four blocks of 4 KiB does the store make durable in a second, by so many
// writers at a time? What calls of functions that keep state are measured by (state_calls.py).
//
//   synced_writes FOLDER WRITERS SECONDS
#include <fmt/core.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "store/rocks_kv_store.h"

namespace {

using namespace rockpool;
using Time = std::chrono::steady_clock::time_point;

constexpr int kBlocks = 4;
constexpr std::size_t kBlockBytes = 4096;

struct Run {
  store::KvStore& store;
  Time until;
  std::uint64_t commits = 0;
};

// As random as what guests leave is to the store: it does not compress.
std::string block_of(std::uint64_t seed) {
  std::string bytes(kBlockBytes, '\0');
  for (char& byte : bytes) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<char>(seed >> 56);
  }
  return bytes;
}

boost::asio::awaitable<void> write(Run& run, int writer) {
  auto block = block_of(static_cast<std::uint64_t>(writer));
  for (std::uint64_t number = 0; std::chrono::steady_clock::now() < run.until; ++number) {
    store::WriteBatch batch;
    for (int i = 0; i < kBlocks; ++i) batch.put("blocks", fmt::format("{}/{}", writer, i), block);
    batch.put("heads", fmt::format("{}", writer), fmt::format("{:032}", number));
    auto written = co_await run.store.commit(std::move(batch));
    if (!written) {
      fmt::print(stderr, "{}\n", written.error().to_string());
      std::exit(1);
    }
    ++run.commits;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  int writers = std::atoi(arguments[2]);
  int seconds = std::atoi(arguments[3]);
  async::BlockingPool blocking(1);
  auto store = store::open_rocks_kv_store(arguments[1], blocking);
  if (!store) {
    fmt::print(stderr, "{}\n", store.error().to_string());
    return 1;
  }
  Run run{**store, std::chrono::steady_clock::now() + std::chrono::seconds(seconds)};
  boost::asio::io_context context{1};
  for (int writer = 0; writer < writers; ++writer)
    boost::asio::co_spawn(context, write(run, writer), boost::asio::detached);
  context.run();
  fmt::print("{:.0f}\n", static_cast<double>(run.commits) / seconds);
}
