#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/server/transport.h"

namespace rockpool::http {

// What a connection has to send and the peer has not taken yet.
class Outbox {
 public:
  // Bodies up to this size are copied behind their head; larger ones are sent from where they are.
  static constexpr std::size_t kCopyAtMost = std::size_t{16} * 1024;

  bool empty() const { return sent_ == pending_.size(); }
  std::size_t size() const { return pending_.size() - sent_; }
  // The peer did not take all of the last flush(); wait for on_writable().
  bool blocked() const { return blocked_; }
  bool broken() const { return broken_; }

  // Append to this.
  std::string& pending() { return pending_; }
  // Sends what is pending, as far as the peer takes it.
  void flush(Transport& transport);
  // The same with `tail` behind it; what of it can't be sent now is copied.
  void flush_with(Transport& transport, std::string_view tail);

 private:
  std::string pending_;
  std::size_t sent_ = 0;
  bool blocked_ = false;
  bool broken_ = false;
};

}  // namespace rockpool::http
