#pragma once

#include <string>
#include <string_view>

#include "logs/log_ring.h"

namespace rockpool::logs {

// A record as bytes of a RecordBuffer, without the function's name, which all have in common.
std::string pack(const LogRecord& record);
LogRecord unpack(std::string_view bytes, const std::string& function);

}  // namespace rockpool::logs
