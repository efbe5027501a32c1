#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "metrics/family.h"

namespace rockpool::metrics {

// The families of one process, in the order they were made. They live as long as the registry.
// Callable from any thread; a name may be given once.
class Registry {
 public:
  explicit Registry(std::size_t reactors) : reactors_(reactors) {}
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // For threads that are no reactor.
  Shard shared_shard() const { return reactors_; }

  Family<Counter>& counters(FamilyOptions options);
  Family<Gauge>& gauges(FamilyOptions options);
  Family<Histogram>& histograms(FamilyOptions options);
  // A gauge without labels whose value is asked at each scrape, on the scraping thread.
  void gauge(std::string name, std::string help, std::function<double()> value);
  // A counter of the same kind; its value never falls.
  void counter(std::string name, std::string help, std::function<double()> value);

  // Prometheus' text format 0.0.4.
  std::string expose() const;
  static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Entry {
    std::string name;
    std::shared_ptr<void> family;
    std::function<void(std::string&)> expose;
  };
  template <class Metric>
  Family<Metric>& add(FamilyOptions options);
  void add_asked(std::string name, std::string help, const char* type,
                 std::function<double()> value);
  void add(Entry entry);

  const std::size_t reactors_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace rockpool::metrics
