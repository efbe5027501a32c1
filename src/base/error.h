#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error_code.h"

namespace rockpool {

// An expected failure: one code of the one list, a sentence for a person, and optionally something
// only an operator should see (a backtrace, a foreign library's words).
class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}
  Error(ErrorCode code, std::string message, std::string detail)
      : code_(code), message_(std::move(message)), detail_(std::move(detail)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  // Never sent to callers of functions; goes to the function's log or the server's.
  const std::string& detail() const { return detail_; }

  // "code: message (detail)", for logs.
  std::string to_string() const;

 private:
  ErrorCode code_;
  std::string message_;
  std::string detail_;
};

}  // namespace rockpool
