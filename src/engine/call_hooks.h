#pragma once

#include <cstdint>

#include "rust/cxx.h"

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

 protected:
  ~CallHooks() = default;
};

}  // namespace rockpool::engine
