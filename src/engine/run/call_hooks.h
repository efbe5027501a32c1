#pragma once

#include <cstdint>

#include "rust/cxx.h"

namespace rockpool::bridge {
struct Outgoing;
struct OutgoingHead;
}  // namespace rockpool::bridge

namespace rockpool::engine {

// What the bridge may ask of one call's C++ side. Callable from any thread; must not throw. Counted
// by hand, since wakers may outlive the call: it is deleted when the last reference is released.
class CallHooks {
 public:
  virtual void retain() const = 0;
  virtual void release() const = 0;
  // The guest can go on: it is to be polled again.
  virtual void wake() const = 0;
  // The guest waits for the next piece of its request's body.
  virtual void want_body() const = 0;
  virtual void log(bool stderr_stream, rust::Slice<const std::uint8_t> bytes) const = 0;
  // The guest sends a request. `head` is read during the call only.
  virtual void send(const bridge::OutgoingHead& head,
                    rust::Box<bridge::Outgoing> outgoing) const = 0;

 protected:
  ~CallHooks() = default;
};

// The same for one request that a guest sends. Made with one reference, which is the bridge's.
class OutgoingHooks {
 public:
  virtual void release() const = 0;
  // More of the request's body is there, the guest has read of the answer, or it waits no more.
  virtual void changed() const = 0;

 protected:
  ~OutgoingHooks() = default;
};

}  // namespace rockpool::engine
