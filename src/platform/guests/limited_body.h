#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/task.h"
#include "engine/guest_call.h"

namespace rockpool::platform {

// A request's body within a function's limit.
class LimitedBody final : public engine::BodySource {
 public:
  // `source` is null if there is no body; it outlives this.
  LimitedBody(engine::BodySource* source, std::uint64_t limit) : source_(source), limit_(limit) {}

  bool exists() const { return source_ != nullptr; }
  // Whether what is known already is within the limit: the length announced, or the whole body.
  // Fails with body-too-large.
  Result<void> check(std::optional<std::uint64_t> announced);

  std::optional<std::string_view> whole() override;
  boost::asio::awaitable<Result<std::string>> read(std::size_t room) override;

  // Reads to the end; whole() has it then.
  Task<void> read_whole();

 private:
  Error too_large() const;

  engine::BodySource* source_;
  const std::uint64_t limit_;
  std::uint64_t count_ = 0;
  std::optional<std::string> collected_;
};

}  // namespace rockpool::platform
