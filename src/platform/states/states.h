#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/task.h"
#include "platform/admission/admission.h"
#include "platform/functions/owned_data.h"
#include "platform/states/saved_state.h"
#include "platform/states/state_limits.h"
#include "platform/states/state_records.h"

namespace rockpool::platform {

// The states of functions that keep theirs: who may use one next, what of them is in memory, and
// how they are saved. Callable on any reactor.
class States final : public OwnedData {
  struct Entry;

 public:
  // The right to run one call on a state; ends with it, and what was not saved is lost. Used on the
  // reactor that it was got on. The States outlives it.
  class Turn {
   public:
    Turn(Turn&& other) noexcept = default;
    Turn& operator=(Turn&& other) noexcept;
    ~Turn();

    // As it was saved last.
    engine::GuestState& state();
    // Makes what the call that ended well changed durable. It can't be cancelled. Fails with
    // storage-full, or as the store does; then the state is as before.
    Task<void> save();

   private:
    friend class States;
    Turn(States& states, std::shared_ptr<Entry> entry)
        : states_(&states), entry_(std::move(entry)) {}

    States* states_;
    std::shared_ptr<Entry> entry_;  // null when moved from
    Permit permit_;
  };

  // Makes a state that is not loaded; any thread.
  using Make = std::function<std::unique_ptr<engine::GuestState>()>;

  // All outlive it.
  States(store::KvStore& store, async::Reactors& reactors, const Clock& clock, StateLimits limits,
         Make make)
      : store_(store),
        reactors_(reactors),
        clock_(clock),
        limits_(limits),
        make_(std::move(make)) {}

  // Counts what is saved, and drops what no function has; blocks, before the reactors start.
  Result<void> open(const Functions& functions);

  // Waits for the calls of that state that came before, as long as `limits` (but for their
  // concurrency, which is 1) and in `metrics`, and brings it into memory. Fails with overloaded, or
  // with corrupt or internal if what was saved can't be read.
  Task<Turn> enter(std::size_t reactor, StateId name, AdmissionLimits limits,
                   const AdmissionMetrics& metrics);

  // Erases that state when it is its turn, as enter() waits. Fails as that does, or with
  // not-found.
  Task<void> erase(std::size_t reactor, StateId name, AdmissionLimits limits,
                   const AdmissionMetrics& metrics);
  void add_erasure(const Function& deleted, store::WriteBatch& batch) override {
    erase_states(deleted, batch);
  }

  // Those saved of that one's function and module, in key order from behind `after` on; none: from
  // the first.
  Task<StatePage> list(StateId any, std::optional<std::string> after, std::size_t limit);

  // Lets those go that were not called for a while. What goes is torn down by whoever drops it,
  // which takes a while for large ones.
  using Evicted = std::vector<std::shared_ptr<void>>;
  Evicted evict();
  std::size_t idle() const;

 private:
  using Entries = std::map<StateId, std::shared_ptr<Entry>>;

  std::shared_ptr<Entry> use(StateId name, AdmissionLimits limits, const AdmissionMetrics& metrics);
  void leave(const std::shared_ptr<Entry>& entry);
  bool has_too_many_idle() const;
  // The one that waits longest.
  std::shared_ptr<Entry> drop_one();
  Task<void> load(Entry& entry);
  Result<void> count_new(const Entry& entry);
  void uncount(const Entry& entry);
  Task<void> save(Entry& entry, engine::StateChange change);

  store::KvStore& store_;
  async::Reactors& reactors_;
  const Clock& clock_;
  const StateLimits limits_;
  const Make make_;

  mutable std::mutex mutex_;  // guards what follows
  Entries entries_;
  std::list<std::shared_ptr<Entry>> idle_;  // that wait longest first
  std::uint64_t idle_bytes_ = 0;
  std::map<std::string, std::size_t> saved_;  // how many, by states_prefix() of function and module
};

}  // namespace rockpool::platform
