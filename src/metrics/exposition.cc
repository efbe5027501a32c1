#include "metrics/exposition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rockpool::metrics {
namespace {

constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

// Help texts escape backslash and newline; label values the quotation mark too.
void write_escaped(std::string_view text, std::string_view escaped, std::string& out) {
  for (char c : text) {
    if (escaped.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += '\\';
      out += c == '\n' ? 'n' : c;
    }
  }
}

bool is_name(std::string_view name, std::string_view punctuation) {
  auto may_occur = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != std::string_view::npos;
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::ranges::all_of(name, may_occur);
}

}  // namespace

void write_head(std::string_view name, std::string_view help, std::string_view type,
                std::string& out) {
  out += "# HELP ";
  out += name;
  out += ' ';
  write_escaped(help, "\\\n", out);
  out += "\n# TYPE ";
  out += name;
  out += ' ';
  out += type;
  out += '\n';
}

void write_sample(std::string_view name, const Labels& labels, std::string_view value,
                  std::string& out) {
  out += name;
  char before = '{';
  for (const auto& [label, label_value] : labels) {
    out += before;
    out += label;
    out += "=\"";
    write_escaped(label_value, "\\\n\"", out);
    out += '"';
    before = ',';
  }
  if (!labels.empty()) out += '}';
  out += ' ';
  out += value;
  out += '\n';
}

std::string format_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

std::string format_seconds(std::uint64_t nanoseconds) {
  auto text = fmt::format("{}.{:09}", nanoseconds / kNanosecondsPerSecond,
                          nanoseconds % kNanosecondsPerSecond);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

bool is_metric_name(std::string_view name) {
  return is_name(name, "_:");
}

bool is_label_name(std::string_view name) {
  return is_name(name, "_") && !name.starts_with("__");
}

}  // namespace rockpool::metrics
