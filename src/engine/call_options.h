#pragma once

#include "engine/guest_call.h"
#include "engine/guest_state.h"
#include "engine/host/host.h"
#include "engine/limits.h"

namespace rockpool::engine {

struct CallOptions {
  Limits limits;
  CallHost* host = nullptr;
  BodySource* body = nullptr;  // nothing: no body
  // Of typed calls of core modules: what the instance has and leaves; loaded, and of the same
  // module. Nothing: the instance is the program's to choose.
  GuestState* state = nullptr;
};

}  // namespace rockpool::engine
