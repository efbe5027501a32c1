#pragma once

#include <expected>
#include <utility>

#include "base/error.h"

namespace rockpool {

template <class T>
using Result = std::expected<T, Error>;

// The failure side of a Result, with its code and sentence.
template <class... Args>
std::unexpected<Error> fail(ErrorCode code, std::string message, Args&&... detail) {
  return std::unexpected<Error>(Error(code, std::move(message), std::forward<Args>(detail)...));
}

}  // namespace rockpool

#define ROCKPOOL_CONCAT_INNER(a, b) a##b
#define ROCKPOOL_CONCAT(a, b) ROCKPOOL_CONCAT_INNER(a, b)

#define ROCKPOOL_ASSIGN(return_keyword, temporary, target, expression)          \
  auto temporary = (expression);                                                \
  if (!temporary) return_keyword std::unexpected(std::move(temporary).error()); \
  target = *std::move(temporary)

// ASSIGN_OR_RETURN(auto value, f()) gives the value of a Result or returns its error.
#define ASSIGN_OR_RETURN(target, ...) \
  ROCKPOOL_ASSIGN(return, ROCKPOOL_CONCAT(result_, __LINE__), target, (__VA_ARGS__))
#define RETURN_IF_ERROR(...)                                                                     \
  do {                                                                                           \
    if (auto status = (__VA_ARGS__); !status) return std::unexpected(std::move(status).error()); \
  } while (false)

// The same in a coroutine. `CO_ASSIGN_OR_RETURN(auto value, co_await f(a))` awaits alone, as
// `co_await` must.
#define CO_ASSIGN_OR_RETURN(target, ...) \
  ROCKPOOL_ASSIGN(co_return, ROCKPOOL_CONCAT(result_, __LINE__), target, (__VA_ARGS__))
#define CO_RETURN_IF_ERROR(...)                                        \
  do {                                                                 \
    auto status = (__VA_ARGS__);                                       \
    if (!status) co_return std::unexpected(std::move(status).error()); \
  } while (false)
