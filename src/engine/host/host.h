#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/task.h"
#include "engine/guest_call.h"

namespace rockpool::engine {

enum class GuestStream : std::uint8_t { Stdout, Stderr };

// A request that a guest sends, and the way back for its answer. Used on the home reactor of the
// call that sent it. If it is dropped before its answer is finished, the guest reads an error.
class OutgoingRequest {
 public:
  enum class Way : std::uint8_t {
    Http,  // wasi:http: both bodies stream
    Call,  // the import rockpool.call: both bodies are whole, the method is POST
  };

  virtual ~OutgoingRequest() = default;

  virtual Way way() const = 0;
  virtual std::string_view method() const = 0;
  virtual std::string_view scheme() const = 0;  // Http
  // The host as the guest names it, with port if it does. Call: the callee, "NAME" or "NAME/PATH".
  virtual std::string_view authority() const = 0;
  virtual std::string_view path_with_query() const = 0;  // Http; as the guest gave it
  virtual const std::vector<std::pair<std::string, std::string>>& headers() const = 0;
  // Null if there is none. A guest that gives its body up is told as bad-request.
  virtual BodySource* body() = 0;
  // Call: what the guest has room for; a larger answer is a failure.
  virtual std::uint64_t max_answer_bytes() const = 0;

  // Calls back when nobody waits for the answer any more; at once if that is so already. Once.
  virtual void on_abandoned(std::function<void()> told) = 0;

  // The answer: begin() with write() any number of times and finish(), or fail(). One of the
  // platform's own, because no function answered, is a failure.
  enum class Voice : std::uint8_t { Callee, Platform };
  virtual void begin(const AnswerHead& head, Voice voice) = 0;
  // Returns when the guest has room for more. Fails with cancelled if it waits no more.
  virtual Task<void> write(std::string_view chunk) = 0;
  // The same without waiting, for what fits anyway.
  virtual void write_last(std::string_view chunk) = 0;
  virtual void finish() = 0;
  // Way::Http: instead of an answer, an error of wasi:http; the rest of one that was begun breaks.
  virtual void fail(ErrorCode why) = 0;
};

// What one call of a guest may ask of the world outside; lives as long as the GuestCall. Must not
// throw.
class CallHost {
 public:
  virtual ~CallHost() = default;
  // Bytes that the guest wrote to stderr, or to stdout where that is not its answer. Not cut into
  // lines. Called from whichever thread polls the guest, one call at a time.
  virtual void log(GuestStream stream, std::string_view bytes) = 0;
  // A request that the guest sends, to be answered or failed. Called on the call's home reactor.
  virtual void send(std::shared_ptr<OutgoingRequest> request) = 0;
};

}  // namespace rockpool::engine
