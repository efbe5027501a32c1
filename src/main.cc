#include <string_view>

#include "cli/run.h"
#include "engine/compile_worker.h"
#include "server/server.h"

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == rockpool::engine::kCompileWorkerArgument) {
    return rockpool::engine::compile_worker_main(argc > 2 ? argv[2] : "");
  }
  return rockpool::cli::run(argc, argv, rockpool::server::run_server);
}
