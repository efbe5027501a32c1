#include "platform/programs/shared_programs.h"

#include <algorithm>

namespace rockpool::platform {

SharedPrograms::Entry& SharedPrograms::entry(const Digest& digest,
                                             const engine::ProgramOptions& options) {
  if (count_ >= sweep_at_) drop_the_dead();
  auto& entries = entries_[digest];
  auto known = std::ranges::find(entries, options, &Entry::options);
  if (known != entries.end()) return *known;
  ++count_;
  return entries.emplace_back(Entry{.options = options, .program = {}, .slot = {}});
}

void SharedPrograms::drop_the_dead() {
  count_ = 0;
  for (auto row = entries_.begin(); row != entries_.end();) {
    std::erase_if(row->second, [](const Entry& entry) { return entry.is_dead(); });
    count_ += row->second.size();
    row = row->second.empty() ? entries_.erase(row) : std::next(row);
  }
  sweep_at_ = std::max<std::size_t>(64, 2 * count_);
}

std::shared_ptr<const engine::Program> SharedPrograms::find(const Digest& digest,
                                                            const engine::ProgramOptions& options) {
  std::lock_guard lock(mutex_);
  auto row = entries_.find(digest);
  if (row == entries_.end()) return nullptr;
  auto known = std::ranges::find(row->second, options, &Entry::options);
  return known == row->second.end() ? nullptr : known->program.lock();
}

std::shared_ptr<ProgramSlot> SharedPrograms::slot(const Digest& digest,
                                                  const engine::ProgramOptions& options) {
  std::lock_guard lock(mutex_);
  Entry& known = entry(digest, options);
  auto slot = known.slot.lock();
  if (slot == nullptr) {
    slot = std::make_shared<ProgramSlot>();
    known.slot = slot;
  }
  return slot;
}

void SharedPrograms::keep(const Digest& digest, const engine::ProgramOptions& options,
                          const std::shared_ptr<const engine::Program>& program) {
  std::lock_guard lock(mutex_);
  entry(digest, options).program = program;
}

}  // namespace rockpool::platform
