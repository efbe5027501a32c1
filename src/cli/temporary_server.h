#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace rockpool::cli {

// A server of this very binary on free ports, with data that goes with it. It ends when this object
// does, and also if this process dies.
class TemporaryServer {
 public:
  // Returns when it is ready. Fails with unavailable if it ends before; its own words are on
  // stderr.
  static Result<TemporaryServer> start();
  TemporaryServer(TemporaryServer&& other) noexcept;
  TemporaryServer(const TemporaryServer&) = delete;
  TemporaryServer& operator=(const TemporaryServer&) = delete;
  ~TemporaryServer();

  const std::string& control_url() const { return control_url_; }
  // False once it ended.
  bool is_alive();

 private:
  TemporaryServer(pid_t process, int output, std::string data)
      : process_(process), output_(output), data_(std::move(data)) {}
  Result<void> wait_until_ready();

  pid_t process_;
  int output_;  // its stdout
  std::string data_;
  std::string control_url_;
};

}  // namespace rockpool::cli
