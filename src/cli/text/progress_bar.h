#pragma once

#include <cstdint>
#include <string>

namespace rockpool::cli {

// "[######..............]  30 % of 12MiB"
std::string progress_bar(std::uint64_t done, std::uint64_t total);

}  // namespace rockpool::cli
