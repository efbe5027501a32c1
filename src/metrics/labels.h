#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rockpool::metrics {

// Names and values of a series' labels, in the family's order.
using Labels = std::vector<std::pair<std::string, std::string>>;

}  // namespace rockpool::metrics
