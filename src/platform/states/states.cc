#include "platform/states/states.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <optional>
#include <set>

#include "platform/functions/catalog_records.h"

namespace rockpool::platform {
namespace {

// Blocks that are read at a time: 4 MiB.
constexpr std::size_t kBlocksRead = 1024;

AdmissionLimits one_at_a_time(AdmissionLimits limits) {
  limits.concurrency = 1;
  return limits;
}

// Given up, it might be made durable after the next call has begun with what was before.
Task<void> commit_uncancelled(store::KvStore& store, store::WriteBatch batch) {
  auto uncancelled = asio::disable_cancellation();
  co_await asio::this_coro::reset_cancellation_state(uncancelled);
  auto committed = co_await store.commit(std::move(batch));
  auto cancelled_as_before = asio::enable_terminal_cancellation();
  co_await asio::this_coro::reset_cancellation_state(cancelled_as_before);
  co_return committed;
}

std::string family_of(const StateId& name) {
  return states_prefix(name.function, name.created, name.module);
}

}  // namespace

struct States::Entry {
  Entry(StateId of, std::unique_ptr<engine::GuestState> made, std::shared_ptr<Admission> one)
      : name(std::move(of)), state(std::move(made)), turns(std::move(one)) {}

  const StateId name;
  const std::unique_ptr<engine::GuestState> state;
  const std::shared_ptr<Admission> turns;
  // Of whoever has the turn.
  bool is_saved = false;
  // Of the States' lock.
  AdmissionLimits limits;
  std::size_t users = 0;  // those that have or wait for a turn
  std::uint64_t idle_bytes = 0;
  SteadyTime idle_since;
  std::list<std::shared_ptr<Entry>>::iterator idle_place;
};

States::Turn::~Turn() {
  if (entry_ == nullptr) return;
  if (permit_) entry_->state->end_turn();
  permit_.release();
  states_->leave(entry_);
}

// What it had ends with `other`.
States::Turn& States::Turn::operator=(Turn&& other) noexcept {
  std::swap(states_, other.states_);
  std::swap(entry_, other.entry_);
  std::swap(permit_, other.permit_);
  return *this;
}

engine::GuestState& States::Turn::state() {
  return *entry_->state;
}

Task<void> States::Turn::save() {
  auto change = state().take_change();
  if (!change) {
    state().keep_change();
    co_return Result<void>{};
  }
  auto saved = co_await states_->save(*entry_, *std::move(change));
  if (saved) state().keep_change();
  co_return saved;
}

Result<void> States::open(const Functions& functions) {
  std::set<std::string> known;
  for (const auto& [name, function] : functions) {
    for (const auto& version : function->versions)
      known.insert(states_prefix(name, function->created, version->digest));
  }
  std::set<std::string> gone;
  auto count = [&](std::string_view key, std::string_view) -> Result<void> {
    std::string family(key.substr(0, key.rfind('/') + 1));
    if (known.contains(family)) {
      ++saved_[family];
    } else {
      gone.insert(std::move(family));
    }
    return {};
  };
  RETURN_IF_ERROR(store_.for_each_blocking(kStatesBucket, std::string(kTenantPrefix), count));
  store::WriteBatch batch;
  for (const std::string& family : gone) {
    batch.erase_prefix(kStatesBucket, family);
    batch.erase_prefix(kStateBlocksBucket, family);
  }
  return batch.empty() ? Result<void>() : store_.commit_blocking(std::move(batch));
}

Task<States::Turn> States::enter(std::size_t reactor, StateId name, AdmissionLimits limits,
                                 const AdmissionMetrics& metrics) {
  Turn turn(*this, use(std::move(name), one_at_a_time(limits), metrics));
  Entry& entry = *turn.entry_;
  CO_ASSIGN_OR_RETURN(turn.permit_, co_await entry.turns->acquire(reactor));
  if (!entry.state->is_loaded()) CO_RETURN_IF_ERROR(co_await load(entry));
  co_return turn;
}

Task<void> States::erase(std::size_t reactor, StateId name, AdmissionLimits limits,
                         const AdmissionMetrics& metrics) {
  CO_ASSIGN_OR_RETURN(auto turn, co_await enter(reactor, std::move(name), limits, metrics));
  Entry& entry = *turn.entry_;
  if (!entry.is_saved) {
    co_return fail(ErrorCode::NotFound, fmt::format("'{}' has no state '@{}'",
                                                    entry.name.function.text(), entry.name.key));
  }
  auto batch = state_erasure(entry.name);
  CO_RETURN_IF_ERROR(co_await commit_uncancelled(store_, std::move(batch)));
  entry.is_saved = false;
  uncount(entry);
  co_return entry.state->load({});
}

Task<StatePage> States::list(StateId any, std::optional<std::string> after, std::size_t limit) {
  auto prefix = family_of(any);
  auto behind = after ? prefix + *after : std::string();
  CO_ASSIGN_OR_RETURN(auto records, co_await store_.scan(kStatesBucket, prefix, behind, limit + 1));
  StatePage page;
  for (const store::KeyValue& record : records) {
    if (page.states.size() == limit) {
      page.next = page.states.back().key;
      break;
    }
    CO_ASSIGN_OR_RETURN(auto head, read_state_head(record.key, record.value));
    page.states.push_back({.key = record.key.substr(prefix.size()), .saved = head.saved});
  }
  co_return page;
}

std::shared_ptr<States::Entry> States::use(StateId name, AdmissionLimits limits,
                                           const AdmissionMetrics& metrics) {
  std::lock_guard lock(mutex_);
  auto& entry = entries_[name];
  if (entry == nullptr) {
    auto turns = std::make_shared<Admission>(reactors_, clock_, limits, metrics);
    entry = std::make_shared<Entry>(std::move(name), make_(), std::move(turns));
    entry->limits = limits;
  } else if (entry->users == 0) {
    idle_bytes_ -= entry->idle_bytes;
    idle_.erase(entry->idle_place);
  }
  if (entry->limits != limits) {
    entry->limits = limits;
    entry->turns->set_limits(limits);
  }
  ++entry->users;
  return entry;
}

void States::leave(const std::shared_ptr<Entry>& entry) {
  Evicted evicted;  // torn down without the lock
  std::lock_guard lock(mutex_);
  if (--entry->users > 0) return;
  entry->idle_bytes = entry->state->bytes();
  entry->idle_since = clock_.steady_now();
  entry->idle_place = idle_.insert(idle_.end(), entry);
  idle_bytes_ += entry->idle_bytes;
  while (has_too_many_idle()) evicted.push_back(drop_one());
}

bool States::has_too_many_idle() const {
  return idle_.size() > limits_.idle || (idle_bytes_ > limits_.idle_bytes && !idle_.empty());
}

std::shared_ptr<States::Entry> States::drop_one() {
  auto entry = idle_.front();
  idle_.pop_front();
  idle_bytes_ -= entry->idle_bytes;
  entries_.erase(entry->name);
  return entry;
}

States::Evicted States::evict() {
  Evicted evicted;
  std::lock_guard lock(mutex_);
  auto before = clock_.steady_now() - limits_.idle_time;
  while (!idle_.empty() && idle_.front()->idle_since <= before) evicted.push_back(drop_one());
  return evicted;
}

std::size_t States::idle() const {
  std::lock_guard lock(mutex_);
  return idle_.size();
}

// All of it is read before any of it is given to the state, which is loaded as a whole or not.
Task<void> States::load(Entry& entry) {
  auto key = state_head_key(entry.name);
  auto saved = co_await store_.get(kStatesBucket, key);
  entry.is_saved = saved.has_value();
  if (!saved && saved.error().code() != ErrorCode::NotFound) {
    co_return std::unexpected(saved.error());
  }
  StateHead head;
  if (saved) {
    CO_ASSIGN_OR_RETURN(head, read_state_head(key, *saved));
  }
  std::vector<store::KeyValue> records;
  auto prefix = state_blocks_prefix(entry.name);
  for (bool is_all = !entry.is_saved; !is_all;) {
    std::string after = records.empty() ? std::string() : records.back().key;
    CO_ASSIGN_OR_RETURN(auto page,
                        co_await store_.scan(kStateBlocksBucket, prefix, after, kBlocksRead));
    is_all = page.size() < kBlocksRead;
    std::ranges::move(page, std::back_inserter(records));
  }
  std::vector<engine::StateBlock> blocks;
  for (store::KeyValue& record : records) {
    CO_ASSIGN_OR_RETURN(auto block, read_state_block(prefix, std::move(record)));
    blocks.push_back(std::move(block));
  }
  co_return entry.state->load({.head = std::move(head.engine), .blocks = std::move(blocks)});
}

Result<void> States::count_new(const Entry& entry) {
  std::lock_guard lock(mutex_);
  auto& count = saved_[family_of(entry.name)];
  if (count >= limits_.keys) {
    return fail(ErrorCode::StorageFull,
                fmt::format("the function has {} states, which is as many as it may have", count));
  }
  ++count;
  return {};
}

void States::uncount(const Entry& entry) {
  std::lock_guard lock(mutex_);
  --saved_[family_of(entry.name)];
}

Task<void> States::save(Entry& entry, engine::StateChange change) {
  bool is_new = !entry.is_saved;
  if (is_new) CO_RETURN_IF_ERROR(count_new(entry));
  auto batch = state_batch(entry.name, clock_.wall_now(), std::move(change));
  auto saved = co_await commit_uncancelled(store_, std::move(batch));
  if (saved) {
    entry.is_saved = true;
  } else if (is_new) {
    uncount(entry);
  }
  co_return saved;
}

}  // namespace rockpool::platform
