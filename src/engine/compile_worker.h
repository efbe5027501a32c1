#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::engine {

// What compiling one module may use.
struct CompileLimits {
  std::chrono::seconds wall{180};
  std::chrono::seconds cpu{120};
  std::uint64_t address_space_bytes = 4ULL << 30;
};

// The argument that makes the binary a compile worker: `main` then returns compile_worker_main() of
// the next one.
inline constexpr std::string_view kCompileWorkerArgument = "compile-worker";

// Compiles `wasm` in a child process of this binary (`executable`, normally /proc/self/exe) at nice
// 19 and gives the machine code. Blocks until it ends. Fails with invalid-module,
// module-unsupported or compile-limit.
Result<std::string> compile_in_child(const std::string& executable, std::string_view wasm,
                                     const CompileLimits& limits);

// The child's side: reads a module from stdin, writes a result to stdout, and ends with the process
// whose number `parent` is. Returns the exit code.
int compile_worker_main(std::string_view parent);

}  // namespace rockpool::engine
