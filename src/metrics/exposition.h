#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "metrics/labels.h"

namespace rockpool::metrics {

// Lines of Prometheus' text format 0.0.4, appended to `out`.
void write_head(std::string_view name, std::string_view help, std::string_view type,
                std::string& out);
void write_sample(std::string_view name, const Labels& labels, std::string_view value,
                  std::string& out);

// A number in the shortest form that reads back as the same.
std::string format_number(double value);
// Seconds, exactly, without trailing zeros.
std::string format_seconds(std::uint64_t nanoseconds);

// Whether the format allows it as a metric's name, or as a label's.
bool is_metric_name(std::string_view name);
bool is_label_name(std::string_view name);

}  // namespace rockpool::metrics
