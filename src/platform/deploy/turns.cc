#include "platform/deploy/turns.h"

#include <algorithm>
#include <utility>

namespace rockpool::platform {

Turns::Held::~Held() {
  for (const std::string& name : names_) turns_->end(name);
}

asio::awaitable<Turns::Held> Turns::take(std::vector<std::string> names) {
  // In one order for everybody, so that no two wait for each other.
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  Held held(*this);
  for (const std::string& name : names) {
    co_await take_one(name);
    held.names_.push_back(name);
  }
  co_return held;
}

asio::awaitable<void> Turns::take_one(const std::string& name) {
  auto [entry, is_free] = waiting_.try_emplace(name);
  if (is_free) co_return;
  async::Event turn(executor_);
  entry->second.push_back(&turn);
  co_await turn.wait();
}

void Turns::end(const std::string& name) {
  auto entry = waiting_.find(name);
  if (entry->second.empty()) {
    waiting_.erase(entry);
    return;
  }
  auto* next = entry->second.front();
  entry->second.pop_front();
  next->signal();
}

}  // namespace rockpool::platform
