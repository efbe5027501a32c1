#include "registry/blob_download.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/huge_pages.h"
#include "registry/access/registry_failure.h"
#include "registry/access/remaining_time.h"

namespace rockpool::registry {
namespace {

// Attempts in a row that bring nothing.
constexpr int kFruitlessAttempts = 4;
constexpr std::uint64_t kMaxFailure = 1 << 16;
// At once: small enough to be digested while it is in the cache.
constexpr std::size_t kPieceBytes = 256 << 10;

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
  explicit Received(std::uint64_t most) : most_(most) {
    bytes_.reserve(most + 1);
    use_huge_pages({bytes_.data(), bytes_.capacity()});
  }

  // Where the next piece goes; it may be one byte too long, so that this is seen.
  std::span<char> room() {
    bytes_.resize(std::min<std::uint64_t>(size_ + kPieceBytes, most_ + 1));
    return std::span(bytes_).subspan(size_);
  }
  void came(std::size_t count) {
    digester_->add(std::string_view(bytes_).substr(size_, count));
    size_ += count;
  }
  void clear() {
    size_ = 0;
    digester_.emplace();
  }
  std::uint64_t size() const { return size_; }
  // Once.
  Digest digest() { return digester_->finish(); }
  std::string take() {
    bytes_.resize(size_);
    return std::move(bytes_);
  }

 private:
  const std::uint64_t most_;
  std::string bytes_;
  std::size_t size_ = 0;
  std::optional<Digester> digester_{std::in_place};
};

// Adds what comes until that is all, or the answer ends or breaks. Fails only for good.
Task<void> receive(http::ResponseReader& reader, const Descriptor& blob, const OnBytes& on_bytes,
                   SteadyTime deadline, Received& bytes) {
  for (;;) {
    auto patience = remaining(deadline);
    auto count = co_await reader.read_some(bytes.room(), patience);
    if (!count || *count == 0) co_return Result<void>{};
    bytes.came(*count);
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
