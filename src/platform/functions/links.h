#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/function_name.h"
#include "engine/module/missing_imports.h"
#include "platform/functions/deployment.h"
#include "platform/functions/function.h"

namespace rockpool::platform {

// Null if there is no such function.
using FindFunction = std::function<std::shared_ptr<const Function>(const FunctionName&)>;

struct PinnedLinks {
  ResolvedLinks links;
  // What the linked modules offer to the one that is deployed; `inspections` keeps what it refers
  // to.
  std::vector<engine::LinkedExports> exports;
  std::vector<std::shared_ptr<const engine::Inspection>> inspections;
};

// Pins what the settings' links lead to, and what that is linked to itself, as it is live now. A
// module that is reached on several ways is there once. Fails with invalid-argument if a link's
// function is not there, if just one of the two is a component, if the module imports nothing by a
// link's name, if there are too many, or if one leads back to `name`.
DeployResult<PinnedLinks> pin_links(const FunctionName& name, const engine::Inspection& importer,
                                    const std::map<std::string, FunctionName>& links,
                                    const FindFunction& find);

// A function and those that its links name.
struct LinkNames {
  FunctionName name;
  std::vector<FunctionName> targets;
};

// The places of `functions`, each behind those of them that its links name. Fails with
// invalid-argument if there is no such order.
Result<std::vector<std::size_t>> link_order(const std::vector<LinkNames>& functions);

}  // namespace rockpool::platform
