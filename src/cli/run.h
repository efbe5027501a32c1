#pragma once

#include <span>
#include <string>

#include "cli/serve_function.h"
#include "cli/session.h"

namespace rockpool::cli {

// The command line of the process. Gives the exit code: 0, 1 failed, 2 wrong usage.
int run(int argc, char** argv, const ServeFunction& serve);

// The same with a world of one's own; `arguments` without the program's name.
ExitCode run(std::span<const std::string> arguments, Session& session, const ServeFunction& serve);

}  // namespace rockpool::cli
