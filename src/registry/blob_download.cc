#include "registry/blob_download.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "registry/registry_failure.h"
#include "registry/remaining_time.h"

namespace rockpool::registry {
namespace {

// Attempts in a row that bring nothing.
constexpr int kFruitlessAttempts = 4;
constexpr std::uint64_t kMaxFailure = 1 << 16;

std::unexpected<Error> unfit(const Descriptor& blob, std::string_view what) {
  return fail(ErrorCode::RegistryError, fmt::format("the blob {} {}", blob.digest.text(), what));
}

RegistryRequest request_for(const Descriptor& blob, std::uint64_t received) {
  RegistryRequest request{.target = "blobs/" + blob.digest.text()};
  if (received > 0) request.fields.emplace_back("Range", fmt::format("bytes={}-", received));
  return request;
}

// Whether the answer goes on where we stand.
bool continues_at(const http::ClientResponse& head, std::uint64_t received) {
  auto range = head.find("content-range").value_or("");
  return head.status == 206 && range.starts_with(fmt::format("bytes {}-", received));
}

// What has come of a blob. Digested meanwhile: else that would only begin when all is there.
class Received {
 public:
  explicit Received(std::uint64_t size) { bytes_.reserve(size); }

  void add(std::string_view piece) {
    bytes_ += piece;
    digester_->add(piece);
  }
  void clear() {
    bytes_.clear();
    digester_.emplace();
  }
  std::uint64_t size() const { return bytes_.size(); }
  // Once.
  Digest digest() { return digester_->finish(); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  std::optional<Digester> digester_{std::in_place};
};

// Adds what comes until that is all, or the answer ends or breaks. Fails only for good.
Task<void> receive(http::ResponseReader& reader, const Descriptor& blob, const OnBytes& on_bytes,
                   SteadyTime deadline, Received& bytes) {
  for (;;) {
    auto patience = remaining(deadline);
    auto piece = co_await reader.read(patience);
    if (!piece || piece->empty()) co_return Result<void>{};
    bytes.add(*piece);
    if (bytes.size() > blob.size) co_return unfit(blob, "is longer than its manifest says");
    if (on_bytes) on_bytes(bytes.size());
    if (bytes.size() == blob.size) co_return Result<void>{};
  }
}

// One attempt to get what is missing.
Task<void> go_on(RegistrySession& session, const Descriptor& blob, const OnBytes& on_bytes,
                 Received& bytes) {
  auto request = request_for(blob, bytes.size());
  CO_ASSIGN_OR_RETURN(auto reader, co_await session.open(std::move(request)));
  const auto& head = reader->head();
  if (head.status == 200) {
    bytes.clear();  // a registry that knows no ranges
  } else if (!continues_at(head, bytes.size())) {
    http::ClientResponse response = head;
    CO_ASSIGN_OR_RETURN(response.body,
                        co_await read_rest(*reader, kMaxFailure, session.deadline()));
    co_return failure_of(session.host(), "the blob " + blob.digest.text(), response);
  }
  co_return co_await receive(*reader, blob, on_bytes, session.deadline(), bytes);
}

}  // namespace

Task<std::string> download_blob(RegistrySession& session, const Descriptor& blob,
                                const OnBytes& on_bytes) {
  Received bytes(blob.size);
  std::uint64_t most = 0;
  for (int fruitless = 0; bytes.size() < blob.size;) {
    CO_RETURN_IF_ERROR(co_await go_on(session, blob, on_bytes, bytes));
    if (bytes.size() == blob.size) break;
    fruitless = bytes.size() > most ? 0 : fruitless + 1;
    most = std::max(most, bytes.size());
    bool goes_on = fruitless < kFruitlessAttempts;
    if (goes_on) {
      CO_ASSIGN_OR_RETURN(goes_on, co_await session.pause(fruitless));
    }
    if (!goes_on) {
      co_return unfit(blob, fmt::format("ended after {} of {} bytes", bytes.size(), blob.size));
    }
  }
  if (bytes.digest() != blob.digest) co_return unfit(blob, "does not have that digest");
  co_return bytes.take();
}

}  // namespace rockpool::registry
