#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rockpool::engine {

namespace asio = boost::asio;

// A guest's answer up to its body.
struct AnswerHead {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  // CGI only: answer with what a GET of this path gives instead.
  std::optional<std::string> local_redirect;
};

// What a call used, for metrics and logs.
struct Usage {
  std::chrono::nanoseconds cpu{0};
  std::chrono::nanoseconds wall{0};
  std::uint64_t peak_memory_bytes = 0;
  // Making the instance, start functions included. 0: none was made, or the call was ended before.
  std::chrono::nanoseconds instantiation{0};
};

// Where a call's request body comes from. Called on the call's home reactor; lives as long as the
// call.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // The whole body, if it is there already; the view lives as long as the source.
  virtual std::optional<std::string_view> whole() = 0;
  // Up to `room` bytes of what comes next; empty at the end. An error fails the guest's read and
  // the call with that code.
  virtual asio::awaitable<Result<std::string>> read(std::size_t room) = 0;
};

// One call of a guest, from its start to its end. Used on its home reactor. Destroying it cancels
// the guest and frees its instance; a call whose body source is not whole must be closed first.
class GuestCall {
 public:
  // What comes next out of the call, in this order: one Head (http and cgi), any number of Body,
  // one End.
  struct Event {
    enum class Kind : std::uint8_t { Head, Body, End };
    Kind kind = Kind::End;
    AnswerHead head;  // Head
    std::string
        body;  // Body, at most 64 KiB; typed: the results' JSON; json, argv: text of any length
    // End: nothing, or why the call failed (guest-trap, guest-exit, bad-guest-response, limit-wall,
    // limit-cpu, overloaded when the pool or the memory is full, body-too-large, internal). An
    // error's detail is for the function's log.
    std::optional<Error> failure;
  };

  virtual ~GuestCall() = default;

  // What is there without waiting. A guest that ends within its first quantum gives all its events
  // at once.
  virtual std::optional<Event> poll_event() = 0;
  // Waits for the next event. One waiter; not after End.
  virtual asio::awaitable<Event> next_event() = 0;
  // Ends the guest with that failure, which the next event tells; no effect after End.
  virtual void cancel(Error why) = 0;
  // Ends the guest if it still runs. Its events, its output and its requests are dropped; only
  // close() and usage() may be called afterwards.
  virtual void let_go() = 0;
  // Lets the guest go, and returns when the body source is no longer used. Nothing
  // else may be called afterwards but usage().
  virtual asio::awaitable<void> close() = 0;
  virtual Usage usage() const = 0;
};

}  // namespace rockpool::engine
