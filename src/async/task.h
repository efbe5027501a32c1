#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/result.h"

namespace rockpool::async {

namespace asio = boost::asio;

// Work that may wait. It starts when awaited, runs on the reactor it was started on, and must be
// awaited at most once.
template <class T>
using Task = asio::awaitable<Result<T>>;

}  // namespace rockpool::async

namespace rockpool {
using async::Task;
}
