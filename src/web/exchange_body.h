#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/guest_call.h"
#include "http/server/exchange.h"

namespace rockpool::web {

// The request body of an exchange, for the guest that answers it.
class ExchangeBody final : public engine::BodySource {
 public:
  // The exchange outlives it.
  explicit ExchangeBody(http::Exchange& exchange) : exchange_(exchange) {}

  std::optional<std::string_view> whole() override { return exchange_.buffered_body(); }
  async::asio::awaitable<Result<std::string>> read(std::size_t room) override;

 private:
  http::Exchange& exchange_;
};

// All of a request's body, held in memory. Fails with `too_large` if it is longer than `max_bytes`:
// without reading it where the client tells its length.
Task<std::string> read_whole_body(http::Exchange& exchange, std::uint64_t max_bytes,
                                  ErrorCode too_large);

}  // namespace rockpool::web
