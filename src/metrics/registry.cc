#include "metrics/registry.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "metrics/exposition.h"

namespace rockpool::metrics {

Family<Counter>& Registry::counters(FamilyOptions options) {
  return add<Counter>(std::move(options));
}

Family<Gauge>& Registry::gauges(FamilyOptions options) {
  return add<Gauge>(std::move(options));
}

Family<Histogram>& Registry::histograms(FamilyOptions options) {
  return add<Histogram>(std::move(options));
}

void Registry::gauge(std::string name, std::string help, std::function<double()> value) {
  add_asked(std::move(name), std::move(help), Gauge::kType, std::move(value));
}

void Registry::counter(std::string name, std::string help, std::function<double()> value) {
  add_asked(std::move(name), std::move(help), Counter::kType, std::move(value));
}

void Registry::add_asked(std::string name, std::string help, const char* type,
                         std::function<double()> value) {
  CHECK(is_metric_name(name), name);
  auto expose = [name, help = std::move(help), type, value = std::move(value)](std::string& out) {
    write_head(name, help, type, out);
    write_sample(name, {}, format_number(value()), out);
  };
  add(Entry{std::move(name), nullptr, std::move(expose)});
}

template <class Metric>
Family<Metric>& Registry::add(FamilyOptions options) {
  auto name = options.name;
  auto family = std::make_shared<Family<Metric>>(std::move(options), reactors_ + 1);
  auto expose = [shown = family.get()](std::string& out) { shown->expose(out); };
  Family<Metric>& added = *family;
  add(Entry{std::move(name), std::move(family), std::move(expose)});
  return added;
}

void Registry::add(Entry entry) {
  std::lock_guard lock(mutex_);
  CHECK(std::ranges::find(entries_, entry.name, &Entry::name) == entries_.end(), entry.name);
  entries_.push_back(std::move(entry));
}

std::string Registry::expose() const {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const Entry& entry : entries_) entry.expose(out);
  return out;
}

}  // namespace rockpool::metrics
