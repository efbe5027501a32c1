#pragma once

#include <cstdint>

namespace rockpool::server {

// What this process may use of the machine's memory: its RAM, or what its cgroup or one above
// allows if that is less.
std::uint64_t usable_memory_bytes();

// Allows as many open files as the hard limit does: each connection is one.
void raise_file_limit();

}  // namespace rockpool::server
