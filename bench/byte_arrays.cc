// How fast is a module read that comes as a JSON array of numbers, as Wess's clients send it, and
// written that way? Megabytes of text a second of processor time, beside the same by json::Value.
//
//   byte_arrays [BYTES]
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <string>

#include "json/byte_array.h"

namespace {

using namespace rockpool;

constexpr int kRounds = 15;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// The best of several rounds, as other work on the machine only ever makes them slower.
double megabytes_a_second(std::size_t bytes, const std::function<void()>& work) {
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    double begun = cpu_seconds();
    work();
    best = std::max(best, static_cast<double>(bytes) / 1e6 / (cpu_seconds() - begun));
  }
  return best;
}

void require(bool condition) {
  if (!condition) std::abort();
}

std::string random_bytes_of(std::size_t count) {
  std::mt19937 random(1);
  std::string bytes(count, '\0');
  std::ranges::generate(bytes, [&random] { return static_cast<char>(random()); });
  return bytes;
}

void print(const char* what, double ours, double by_value) {
  fmt::print("{:<8} {:>10.0f} {:>12.0f} {:>8.1f}\n", what, ours, by_value, ours / by_value);
}

}  // namespace

int main(int count, char** arguments) {
  auto size = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1'000'000ULL;
  std::string bytes = random_bytes_of(size);
  std::string text = R"({"wasm":)";
  json::append_byte_array(text, bytes);
  text += R"(,"metadata":{"functionName":"sum","returnType":["I32"],"args":["I32","I32"]}})";
  auto value = json::parse(text).value();

  double reads = megabytes_a_second(text.size(), [&] {
    auto document = json::parse_with_bytes(text, "wasm");
    require(document && document->bytes == bytes);
  });
  double value_reads = megabytes_a_second(text.size(), [&] {
    auto parsed = json::parse(text);
    std::string collected;
    for (const auto& item : (*parsed)["wasm"])
      collected.push_back(static_cast<char>(item.get<int>()));
    require(collected == bytes);
  });
  double writes = megabytes_a_second(text.size(), [&] {
    std::string written;
    json::append_byte_array(written, bytes);
    require(written.size() > bytes.size());
  });
  double value_writes =
      megabytes_a_second(text.size(), [&] { require(json::dump(value).size() == text.size()); });

  fmt::print("{:<8} {:>10} {:>12} {:>8}\n", "MB/s", "bytes", "json::Value", "ratio");
  print("read", reads, value_reads);
  print("write", writes, value_writes);
  return 0;
}
