#pragma once

#include <functional>

#include "manifest/server_settings.h"

namespace rockpool::cli {

// Serves with these settings until told to stop and returns the exit code: what `rockpool serve`
// does. Passed in from main, because this folder does not know the server.
using ServeFunction = std::function<int(const manifest::ServerSettings&)>;

}  // namespace rockpool::cli
