#pragma once

#include "manifest/server_settings.h"

namespace rockpool::server {

// Serves until SIGTERM or SIGINT; gives the exit code of the process. Prints a line for each
// listener and `ready` to stdout, everything else to stderr. Once in a process.
int run_server(const manifest::ServerSettings& settings);

}  // namespace rockpool::server
