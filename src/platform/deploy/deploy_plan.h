#pragma once

#include <memory>
#include <string>

#include "engine/engine.h"
#include "platform/functions/deployment.h"
#include "platform/functions/function.h"

namespace rockpool::platform {

// A change of one function that is ready to be committed.
struct DeployPlan {
  Effect effect = Effect::Unchanged;
  FunctionStep change = {};
  std::shared_ptr<const engine::Program> program = {};
  std::shared_ptr<const std::string> wasm = {};  // to be stored first
};

Error no_function(const FunctionName& name);

}  // namespace rockpool::platform
