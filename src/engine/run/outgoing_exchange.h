#pragma once

#include <memory>

#include "async/reactor.h"
#include "bridge/bridge.h"
#include "engine/host/host.h"

namespace rockpool::engine {

// An OutgoingRequest as the engine keeps it.
class OutgoingExchange : public OutgoingRequest {
 public:
  // The call that sent it has ended: nobody waits for the answer. Home reactor.
  virtual void abandon() = 0;
};

// From any thread; everything else happens on `home`, which outlives it.
std::shared_ptr<OutgoingExchange> open_exchange(async::Reactor& home,
                                                const bridge::OutgoingHead& head,
                                                rust::Box<bridge::Outgoing> outgoing);

}  // namespace rockpool::engine
