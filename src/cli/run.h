#pragma once

#include <functional>
#include <span>
#include <string>

#include "cli/session.h"
#include "manifest/server_settings.h"

namespace rockpool::cli {

// What `rockpool serve` does, given its settings: serves until told to stop, gives the exit code.
// It comes from outside, as this folder does not know the server.
using ServeFunction = std::function<int(const manifest::ServerSettings&)>;

// The command line of the process. Gives the exit code: 0, 1 failed, 2 wrong usage.
int run(int argc, char** argv, const ServeFunction& serve);

// The same with a world of one's own; `arguments` without the program's name.
ExitCode run(std::span<const std::string> arguments, Session& session, const ServeFunction& serve);

}  // namespace rockpool::cli
