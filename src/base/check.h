#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace rockpool {

// A bug of ours. Costs one request, not the process: caught at the top of each spawned coroutine,
// at each call through the bridge, and in main.
class Bug : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void throw_bug(const char* condition, const std::string& message,
                            std::source_location where = std::source_location::current());

}  // namespace rockpool

#define CHECK(condition, ...)                                      \
  do {                                                             \
    if (!(condition)) [[unlikely]]                                 \
      ::rockpool::throw_bug(#condition, std::string(__VA_ARGS__)); \
  } while (false)
