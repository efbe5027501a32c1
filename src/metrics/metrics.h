#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "metrics/labels.h"
#include "metrics/shards.h"

namespace rockpool::metrics {

// What a counter's or gauge's numbers mean. Seconds are counted in nanoseconds.
enum class Unit { Count, Seconds };

// The three kinds of metric. Observations may come from any thread, take no lock and less than
// 50 ns; whoever observes holds the metric and the family that made it shows it.

// A number that only grows.
class Counter {
 public:
  Counter(std::size_t shards, Unit unit) : cells_(shards, 1), unit_(unit) {}

  void add(Shard shard, std::uint64_t amount = 1) { cells_.add(shard, 0, amount); }
  void add(Shard shard, std::chrono::nanoseconds time) {
    cells_.add(shard, 0, static_cast<std::uint64_t>(time.count()));
  }
  std::uint64_t total() const { return cells_.total(0); }

  void expose(const std::string& family, const Labels& labels, std::string& out) const;
  static constexpr const char* kType = "counter";

 private:
  ShardedCells cells_;
  Unit unit_;
};

// A number that rises and falls. A rise and its fall may be counted on different shards.
class Gauge {
 public:
  Gauge(std::size_t shards, Unit) : cells_(shards, 1) {}

  void add(Shard shard, std::int64_t amount) {
    cells_.add(shard, 0, static_cast<std::uint64_t>(amount));
  }
  std::int64_t total() const { return static_cast<std::int64_t>(cells_.total(0)); }

  void expose(const std::string& family, const Labels& labels, std::string& out) const;
  static constexpr const char* kType = "gauge";

 private:
  ShardedCells cells_;
};

// How durations are spread: counts in fixed buckets and their sum.
class Histogram {
 public:
  // Upper bounds, inclusive, where nobody says others; longer ones are counted in one more bucket.
  static constexpr auto kBounds = std::to_array<std::chrono::nanoseconds>(
      {std::chrono::microseconds(100), std::chrono::microseconds(250),
       std::chrono::microseconds(500), std::chrono::milliseconds(1),
       std::chrono::microseconds(2500), std::chrono::milliseconds(5), std::chrono::milliseconds(10),
       std::chrono::milliseconds(25), std::chrono::milliseconds(50), std::chrono::milliseconds(100),
       std::chrono::milliseconds(250), std::chrono::milliseconds(500), std::chrono::seconds(1),
       std::chrono::milliseconds(2500), std::chrono::seconds(5), std::chrono::seconds(10),
       std::chrono::seconds(30)});

  Histogram(std::size_t shards, Unit) : Histogram(shards, {kBounds.begin(), kBounds.end()}) {}
  // `bounds` from the smallest.
  Histogram(std::size_t shards, std::vector<std::chrono::nanoseconds> bounds)
      : bounds_(std::move(bounds)), cells_(shards, bounds_.size() + 2) {}

  void observe(Shard shard, std::chrono::nanoseconds duration) {
    // Most calls are short: they end at the first bound.
    std::size_t bucket = 0;
    while (bucket < bounds_.size() && duration > bounds_[bucket]) ++bucket;
    cells_.add(shard, bucket, 1);
    cells_.add(shard, sum_cell(), static_cast<std::uint64_t>(duration.count()));
  }
  std::uint64_t count() const;
  std::chrono::nanoseconds sum() const;

  void expose(const std::string& family, const Labels& labels, std::string& out) const;
  static constexpr const char* kType = "histogram";

 private:
  std::size_t sum_cell() const { return bounds_.size() + 1; }

  std::vector<std::chrono::nanoseconds> bounds_;
  ShardedCells cells_;
};

}  // namespace rockpool::metrics
