#include "metrics/family.h"

#include <algorithm>
#include <type_traits>

#include "base/check.h"
#include "metrics/exposition.h"

namespace rockpool::metrics {

template <class Metric>
Family<Metric>::Family(FamilyOptions options, std::size_t shards)
    : options_(std::move(options)), shards_(shards) {
  CHECK(is_metric_name(options_.name), options_.name);
  CHECK(std::ranges::all_of(options_.label_names, is_label_name), options_.name);
  if (options_.cap) capped_ = index_of(options_.cap->label);
}

template <class Metric>
std::shared_ptr<Metric> Family<Metric>::with(std::vector<std::string> values) {
  CHECK(values.size() == options_.label_names.size(), options_.name);
  std::lock_guard lock(mutex_);
  values = admit(std::move(values));
  auto [entry, is_new] = series_.try_emplace(std::move(values));
  if (is_new) {
    entry->second = make();
    if (capped_ && entry->first[*capped_] != kOther) ++places_[entry->first[*capped_]];
  }
  return entry->second;
}

template <class Metric>
std::shared_ptr<Metric> Family<Metric>::make() const {
  if constexpr (std::is_same_v<Metric, Histogram>) {
    if (!options_.bounds.empty()) return std::make_shared<Histogram>(shards_, options_.bounds);
  }
  return std::make_shared<Metric>(shards_, options_.unit);
}

template <class Metric>
auto Family<Metric>::admit(Values values) -> Values {
  if (!capped_) return values;
  std::string& capped = values[*capped_];
  if (capped != kOther && (places_.contains(capped) || places_.size() < options_.cap->max))
    return values;
  capped = kOther;
  for (const std::string& label : options_.cap->blurred) values[index_of(label)] = kOther;
  return values;
}

template <class Metric>
void Family<Metric>::remove(const Labels& having) {
  std::lock_guard lock(mutex_);
  for (auto entry = series_.begin(); entry != series_.end();) {
    if (!matches(entry->first, having)) {
      ++entry;
      continue;
    }
    if (capped_) {
      auto place = places_.find(entry->first[*capped_]);
      if (--place->second == 0) places_.erase(place);
    }
    entry = series_.erase(entry);
  }
}

template <class Metric>
bool Family<Metric>::matches(const Values& values, const Labels& having) const {
  if (capped_ && values[*capped_] == kOther) return false;
  return std::ranges::all_of(
      having, [&](const auto& label) { return values[index_of(label.first)] == label.second; });
}

template <class Metric>
std::size_t Family<Metric>::index_of(std::string_view label) const {
  auto found = std::ranges::find(options_.label_names, label);
  CHECK(found != options_.label_names.end(), options_.name + " has no label " + std::string(label));
  return static_cast<std::size_t>(found - options_.label_names.begin());
}

template <class Metric>
Labels Family<Metric>::labels_of(const Values& values) const {
  Labels labels;
  for (std::size_t i = 0; i < values.size(); ++i)
    labels.emplace_back(options_.label_names[i], values[i]);
  return labels;
}

template <class Metric>
void Family<Metric>::expose(std::string& out) const {
  write_head(options_.name, options_.help, Metric::kType, out);
  std::lock_guard lock(mutex_);
  for (const auto& [values, metric] : series_)
    metric->expose(options_.name, labels_of(values), out);
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

}  // namespace rockpool::metrics
