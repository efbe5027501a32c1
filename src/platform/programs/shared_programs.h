#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "base/digest.h"
#include "engine/engine.h"
#include "platform/programs/program_slot.h"

namespace rockpool::platform {

// Finds the programs that are in use or being loaded, without keeping them. Callable from any
// thread.
class SharedPrograms {
 public:
  // Null if nobody has it.
  std::shared_ptr<const engine::Program> find(const Digest& digest,
                                              const engine::ProgramOptions& options);
  // Where those who want the same program at the same time wait for one load.
  std::shared_ptr<ProgramSlot> slot(const Digest& digest, const engine::ProgramOptions& options);
  void keep(const Digest& digest, const engine::ProgramOptions& options,
            const std::shared_ptr<const engine::Program>& program);

 private:
  struct Entry {
    engine::ProgramOptions options;
    std::weak_ptr<const engine::Program> program;
    std::weak_ptr<ProgramSlot> slot;

    bool is_dead() const { return program.expired() && slot.expired(); }
  };

  Entry& entry(const Digest& digest, const engine::ProgramOptions& options);
  void drop_the_dead();

  std::mutex mutex_;
  std::map<Digest, std::vector<Entry>> entries_;
  std::size_t count_ = 0;
  std::size_t sweep_at_ = 64;  // entries; twice those alive after the last sweep
};

}  // namespace rockpool::platform
