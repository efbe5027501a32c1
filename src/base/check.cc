#include "base/check.h"

#include <fmt/format.h>

namespace rockpool {

void throw_bug(const char* condition, const std::string& message, std::source_location where) {
  throw Bug(fmt::format("{}:{}: {} does not hold{}{}", where.file_name(), where.line(), condition,
                        message.empty() ? "" : ": ", message));
}

}  // namespace rockpool
