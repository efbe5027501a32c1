#include "samples/samples.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

// Defined in embedded.S.
extern "C" {
extern const char rockpool_sample_hello[];
extern const char rockpool_sample_hello_end[];
extern const char rockpool_sample_echo[];
extern const char rockpool_sample_echo_end[];
extern const char rockpool_sample_form[];
extern const char rockpool_sample_form_end[];
extern const char rockpool_sample_sum[];
extern const char rockpool_sample_sum_end[];
}

namespace rockpool::samples {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"hello", "echo", "form", "sum"};

struct Embedded {
  const char* begin;
  const char* end;
};

// In the order of kNames.
constexpr std::array<Embedded, kNames.size()> kModules = {{
    {rockpool_sample_hello, rockpool_sample_hello_end},
    {rockpool_sample_echo, rockpool_sample_echo_end},
    {rockpool_sample_form, rockpool_sample_form_end},
    {rockpool_sample_sum, rockpool_sample_sum_end},
}};

}  // namespace

std::optional<std::string_view> sample(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  const Embedded& module = kModules[static_cast<size_t>(std::distance(kNames.begin(), found))];
  return std::string_view(module.begin, module.end);
}

std::span<const std::string_view> sample_names() {
  return kNames;
}

}  // namespace rockpool::samples
