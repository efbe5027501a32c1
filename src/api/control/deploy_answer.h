#pragma once

#include <vector>

#include "api/control/control_call.h"
#include "async/task.h"
#include "platform/functions/deployment.h"

namespace rockpool::api {

// Makes a change and answers with the function it gives.
//
// A client that accepts application/x-ndjson hears of each stage as it begins:
// {"stage": …, "function": …} a line (while an image comes, with "received" and "total" bytes), and
// at last {"status": …, "result": …} or {"status": …, "problem": …}. What fails before the first
// stage gets a problem answer, as without.
Task<void> answer_change(ControlCall& call, platform::FunctionChange change,
                         platform::DeployMode mode);

// The same for the function of a dialect; without stages.
Task<void> answer_origin_change(ControlCall& call, platform::OriginChange change);

// The same for several at once, all or none; answers with {"functions": […], "effects": {…}}.
Task<void> answer_changes(ControlCall& call, std::vector<platform::FunctionChange> changes,
                          std::vector<FunctionName> removals, platform::DeployMode mode);

}  // namespace rockpool::api
