#include "http/server/outbox.h"

#include <algorithm>
#include <array>

namespace rockpool::http {
namespace {

// Beyond this the buffer's memory is given back when it runs empty.
constexpr std::size_t kKeepCapacity = std::size_t{16} * 1024;

iovec piece_of(std::string_view bytes) {
  return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

void Outbox::flush(Transport& transport) {
  flush_with(transport, {});
}

void Outbox::flush_with(Transport& transport, std::string_view tail) {
  if (empty() && tail.empty()) return;
  std::string_view front = std::string_view(pending_).substr(sent_);
  std::array pieces = {piece_of(front), piece_of(tail)};
  Transport::Written written;
  if (!broken_) written = transport.try_write(std::span(pieces).first(tail.empty() ? 1 : 2));
  broken_ = broken_ || written.broken;
  blocked_ = !broken_ && written.count < front.size() + tail.size();
  sent_ += std::min(written.count, front.size());
  tail.remove_prefix(written.count - std::min(written.count, front.size()));
  if (blocked_) {
    pending_.append(tail);
    return;
  }
  pending_.clear();
  sent_ = 0;
  if (pending_.capacity() > kKeepCapacity) pending_.shrink_to_fit();
}

}  // namespace rockpool::http
