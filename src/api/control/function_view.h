#pragma once

#include <string_view>

#include "json/value.h"
#include "platform/functions/deployment.h"
#include "platform/functions/function.h"

namespace rockpool::api {

// Functions and modules as the control API shows them; the shapes are those of openapi.json.
// `base` is the functions' base URL.
json::Value function_view(const platform::Function& function, std::string_view base);
// Without exports and imports.
json::Value function_summary(const platform::Function& function, std::string_view base);
json::Value version_view(const platform::Function& function, const platform::Version& version);
json::Value module_view(const platform::StoredModule& module);
// Members that explain why a deploy failed; null if its error says it all.
json::Value failure_view(const platform::DeployFailure& failure);

}  // namespace rockpool::api
