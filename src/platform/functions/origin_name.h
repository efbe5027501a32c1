#pragma once

#include <functional>
#include <string>

#include "base/function_name.h"
#include "platform/functions/function.h"

namespace rockpool::platform {

// What a dialect's new function is called here: the name that the origin's gives, the same with -2,
// -3, …; after a few, with a digest of the origin, so that finding one does not take as long as
// there are functions of that name. `is_free` says which may be given.
FunctionName origin_name(const Origin& origin,
                         const std::function<bool(const FunctionName&)>& is_free);

// A text that no other origin has.
std::string turn_of(const Origin& origin);

}  // namespace rockpool::platform
