#pragma once

#include "api/control/control_call.h"
#include "async/task.h"
#include "web/fields/route_table.h"

namespace rockpool::api {

// What answers one kind of call. If it fails before an answer was begun, the failure is answered;
// later, the answer is cut off.
using Endpoint = Task<void> (*)(ControlCall& call);

enum class Access : std::uint8_t {
  Open,     // monitors and documentation: answered without a token, and while draining
  Operator  // needs a token where tokens are on
};

struct Operation {
  Endpoint run;
  Access access = Access::Operator;
};

// All calls; openapi.json describes each of them.
const web::RouteTable<Operation>& control_routes();

}  // namespace rockpool::api
