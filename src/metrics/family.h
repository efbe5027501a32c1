#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/labels.h"
#include "metrics/metrics.h"

namespace rockpool::metrics {

// The value of a capped label once its places are taken.
inline constexpr std::string_view kOther = "other";

// Bounds what one label costs: its first `max` values get series of their own, later ones share
// the value `other`, in which the labels `blurred` become `other` too. The value "other" itself
// belongs to the shared series from the start.
struct Cap {
  std::string label;
  std::size_t max = 0;
  std::vector<std::string> blurred = {};
};

struct FamilyOptions {
  std::string name;
  std::string help;
  std::vector<std::string> label_names = {};
  Unit unit = Unit::Count;
  std::optional<Cap> cap = {};
  // A histogram's upper bounds, from the smallest; none: Histogram::kBounds.
  std::vector<std::chrono::nanoseconds> bounds = {};
};

// All series of one name. with() and remove() take a lock and look up: resolve a series once, keep
// it, observe on it. Callable from any thread.
template <class Metric>
class Family {
 public:
  Family(FamilyOptions options, std::size_t shards);

  // The series with these label values (in the order of the label names), made if it is new. A
  // holder may go on observing after remove(), unseen.
  std::shared_ptr<Metric> with(std::vector<std::string> values);
  // Forgets the series that have all these labels; shared ones stay.
  void remove(const Labels& having);

  void expose(std::string& out) const;

 private:
  using Values = std::vector<std::string>;

  // `values` as they are counted: blurred if the cap's places are taken.
  Values admit(Values values);
  std::shared_ptr<Metric> make() const;
  bool matches(const Values& values, const Labels& having) const;
  std::size_t index_of(std::string_view label) const;
  Labels labels_of(const Values& values) const;

  const FamilyOptions options_;
  const std::size_t shards_;
  std::optional<std::size_t> capped_;  // the index of the capped label
  mutable std::mutex mutex_;
  std::map<Values, std::shared_ptr<Metric>> series_;
  std::map<std::string, std::size_t, std::less<>> places_;  // series of each value of that label
};

extern template class Family<Counter>;
extern template class Family<Gauge>;
extern template class Family<Histogram>;

}  // namespace rockpool::metrics
