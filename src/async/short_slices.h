#pragma once

namespace rockpool::async {

// Asks for short turns of the calling thread, at the priority that it has. It gets them sooner when
// it wakes up beside threads that compute; and where it computes, others that wake up wait less for
// it (sched(7), Linux 6.12 and later; older ones take the policy and ignore the slice).
void ask_for_short_slices();

}  // namespace rockpool::async
