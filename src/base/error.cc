#include "base/error.h"

#include <fmt/format.h>

namespace rockpool {

std::string Error::to_string() const {
  if (detail_.empty()) return fmt::format("{}: {}", name_of(code_), message_);
  return fmt::format("{}: {} ({})", name_of(code_), message_, detail_);
}

}  // namespace rockpool
