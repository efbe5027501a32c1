#include "web/access/token_file.h"

#include <fstream>

#include "http/syntax/message.h"
#include "web/fields/field_text.h"

namespace rockpool::web {
namespace {

// Tokens are compared by digest, so that neither their length nor a common prefix shows.
std::string digest_of(std::string_view token) {
  return Digest::of(token).hex();
}

}  // namespace

Result<std::unique_ptr<TokenFile>> TokenFile::open(std::string path) {
  std::unique_ptr<TokenFile> file(new TokenFile(std::move(path)));
  RETURN_IF_ERROR(file->reload());
  return file;
}

Result<void> TokenFile::reload() {
  std::ifstream lines(path_);
  std::vector<std::string> digests;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    std::string_view token = trim(line);
    if (!token.empty() && !token.starts_with('#')) digests.push_back(digest_of(token));
  }
  if (lines.bad() || !lines.eof()) {
    return fail(ErrorCode::InvalidArgument, "the token file '" + path_ + "' can't be read");
  }
  if (digests.empty()) {
    return fail(ErrorCode::InvalidArgument, "the token file '" + path_ + "' holds no token");
  }
  std::lock_guard lock(mutex_);
  digests_ = std::move(digests);
  return {};
}

bool TokenFile::accepts(std::string_view token) const {
  std::string digest = digest_of(token);
  std::lock_guard lock(mutex_);
  bool accepted = false;
  for (const auto& known : digests_) accepted |= equal_secrets(known, digest);
  return accepted;
}

std::string_view bearer_token(std::string_view authorization) {
  std::string_view scheme = take_until(authorization, ' ');
  if (!http::equal_ignoring_case(scheme, "bearer")) return {};
  return trim(authorization);
}

}  // namespace rockpool::web
