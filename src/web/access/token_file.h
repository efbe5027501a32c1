#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace rockpool::web {

// The bearer tokens an operator accepts: a file with one on each line; blank lines and lines that
// start with '#' do not count. Callable from any thread.
class TokenFile {
 public:
  // Fails with invalid-argument, naming the file, if it can't be read or holds no token.
  static Result<std::unique_ptr<TokenFile>> open(std::string path);

  // Reads the file again; on failure the old tokens stay.
  Result<void> reload();
  // Takes the same time for every wrong token.
  bool accepts(std::string_view token) const;

 private:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  mutable std::mutex mutex_;
  std::vector<std::string> digests_;
};

// The token of `Authorization: Bearer TOKEN` (RFC 6750 section 2.1); empty if it is none.
std::string_view bearer_token(std::string_view authorization);

}  // namespace rockpool::web
