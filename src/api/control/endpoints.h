#pragma once

#include "api/control/control_call.h"
#include "async/task.h"

// The endpoints of the control API, as control_routes.cc lists them.
namespace rockpool::api {

// server_calls.cc
Task<void> get_health(ControlCall& call);
Task<void> get_readiness(ControlCall& call);
Task<void> get_metrics(ControlCall& call);
Task<void> get_openapi(ControlCall& call);
Task<void> get_info(ControlCall& call);

// function_calls.cc
Task<void> list_functions(ControlCall& call);
Task<void> get_function(ControlCall& call);
Task<void> delete_function(ControlCall& call);
Task<void> list_versions(ControlCall& call);
Task<void> roll_back(ControlCall& call);

// state_calls.cc
Task<void> list_states(ControlCall& call);
Task<void> delete_state(ControlCall& call);

// deploy_calls.cc
Task<void> put_function(ControlCall& call);
Task<void> patch_function(ControlCall& call);
Task<void> post_function(ControlCall& call);
Task<void> put_functions(ControlCall& call);

// module_calls.cc
Task<void> post_module(ControlCall& call);
Task<void> get_module(ControlCall& call);

// invoke_call.cc
Task<void> invoke_function(ControlCall& call);

// logs_call.cc
Task<void> get_logs(ControlCall& call);

}  // namespace rockpool::api
