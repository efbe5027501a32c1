#include "metrics/metrics.h"

#include "metrics/exposition.h"

namespace rockpool::metrics {

void Counter::expose(const std::string& family, const Labels& labels, std::string& out) const {
  auto value = unit_ == Unit::Seconds ? format_seconds(total()) : std::to_string(total());
  write_sample(family, labels, value, out);
}

void Gauge::expose(const std::string& family, const Labels& labels, std::string& out) const {
  write_sample(family, labels, std::to_string(total()), out);
}

std::uint64_t Histogram::count() const {
  std::uint64_t count = 0;
  for (std::size_t bucket = 0; bucket <= bounds_.size(); ++bucket) count += cells_.total(bucket);
  return count;
}

std::chrono::nanoseconds Histogram::sum() const {
  return std::chrono::nanoseconds(cells_.total(sum_cell()));
}

void Histogram::expose(const std::string& family, const Labels& labels, std::string& out) const {
  Labels bucket_labels = labels;
  bucket_labels.emplace_back("le", "");
  std::uint64_t count = 0;
  for (std::size_t bucket = 0; bucket <= bounds_.size(); ++bucket) {
    count += cells_.total(bucket);
    bucket_labels.back().second =
        bucket < bounds_.size()
            ? format_seconds(static_cast<std::uint64_t>(bounds_[bucket].count()))
            : "+Inf";
    write_sample(family + "_bucket", bucket_labels, std::to_string(count), out);
  }
  auto sum_seconds = format_seconds(static_cast<std::uint64_t>(sum().count()));
  write_sample(family + "_sum", labels, sum_seconds, out);
  // The buckets' own total, so that the two agree while others observe.
  write_sample(family + "_count", labels, std::to_string(count), out);
}

}  // namespace rockpool::metrics
