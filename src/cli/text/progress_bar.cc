#include "cli/text/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"

namespace rockpool::cli {

std::string progress_bar(std::uint64_t done, std::uint64_t total) {
  constexpr std::size_t kWidth = 20;
  double share =
      total == 0 ? 1 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  auto filled = static_cast<std::size_t>(share * kWidth);
  return fmt::format("[{}{}] {:3.0f} % of {}", std::string(filled, '#'),
                     std::string(kWidth - filled, '.'), share * 100, format_bytes(total));
}

}  // namespace rockpool::cli
