#pragma once

#include <functional>
#include <memory>

#include "engine/call_options.h"
#include "engine/guest_call.h"
#include "engine/run/guest_run.h"

namespace rockpool::engine {

// The pipes between a call's owner and its guest.
struct Pipes {
  rust::Box<bridge::Inlet> inlet = bridge::make_inlet();
  rust::Box<bridge::Outlet> outlet = bridge::make_outlet();
};

// Makes the bridge's side of a call; one reference of `hooks` goes with it.
using MakeCall = std::function<GuestRun::Call(const CallHooks* hooks, const Pipes& pipes)>;

// Feeds a body that is there already to the guest.
void feed_whole_body(BodySource* body, const Pipes& pipes);

// Starts a guest and gives its raw events: a wasi:http head is told as it is, stdout and typed
// results as Body.
std::unique_ptr<GuestCall> start_running_call(RunEnvironment& environment, Home& home,
                                              const CallOptions& options,
                                              const MakeCall& make_call);

}  // namespace rockpool::engine
