#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.h"
#include "engine/cgi/cgi.h"

namespace rockpool::engine {
namespace {

constexpr std::size_t kMaxHeadBytes = 64 << 10;
constexpr std::size_t kMaxFields = 256;

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::BadGuestResponse, std::move(message));
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// RFC 9110 section 5.6.2.
bool is_token_char(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || kOthers.contains(c);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

// RFC 9110 section 5.5: visible characters, spaces, tabs and bytes above ASCII.
bool is_field_char(char c) {
  auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// The connection is the server's: what a guest says of it is left out.
bool is_hop_by_hop(std::string_view name) {
  static constexpr std::array kNames = std::to_array<std::string_view>(
      {"connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer",
       "transfer-encoding", "upgrade"});
  return std::ranges::any_of(kNames,
                             [&](std::string_view other) { return same_name(name, other); });
}

bool is_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

// RFC 3875 section 6.3.2: local-pathquery. A second slash would begin an authority.
bool is_local_path(std::string_view location) {
  return location.starts_with('/') && !location.starts_with("//") && !location.contains('#');
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<std::size_t> CgiHeadParser::feed(std::string_view piece) {
  std::size_t taken = 0;
  while (!done_ && taken < piece.size()) {
    std::string_view rest = piece.substr(taken);
    std::size_t newline = rest.find('\n');
    std::size_t count = newline == std::string_view::npos ? rest.size() : newline + 1;
    if (count > kMaxHeadBytes - size_) return bad("the guest's header block is over 64 KiB");
    size_ += count;
    taken += count;
    if (newline == std::string_view::npos) {
      line_ += rest;
      break;
    }
    std::string_view line = rest.substr(0, newline);
    if (!line_.empty()) {
      line_ += line;
      line = line_;
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    RETURN_IF_ERROR(take_line(line));
    line_.clear();
  }
  return taken;
}

Result<void> CgiHeadParser::end() const {
  if (done_) return {};
  if (size_ == 0) return bad("the guest ended without an answer");
  return bad("the guest's answer ended within its header block");
}

CgiHead CgiHeadParser::take_head() {
  CHECK(done_, "the header block is not complete");
  return std::move(head_);
}

Result<void> CgiHeadParser::take_line(std::string_view line) {
  if (line.empty()) return finish_block();
  std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return bad("the guest's answer does not begin with header fields and an empty line");
  std::string_view name = line.substr(0, colon);
  std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_field_char))
    return bad(fmt::format("the guest's header '{}' has control characters", name));
  return take_field(name, value);
}

Result<void> CgiHeadParser::take_field(std::string_view name, std::string_view value) {
  auto once = [&](bool& seen) -> Result<void> {
    if (std::exchange(seen, true))
      return bad(fmt::format("the guest's answer has '{}' twice", name));
    return {};
  };
  if (same_name(name, "status")) {
    RETURN_IF_ERROR(once(has_status_));
    return take_status(value);
  }
  if (same_name(name, "location")) {
    if (location_ || value.empty())
      return bad("the guest's answer has 'Location' twice or without a value");
    location_ = value;
    return {};
  }
  if (is_hop_by_hop(name)) return {};
  if (same_name(name, "content-type")) RETURN_IF_ERROR(once(has_content_type_));
  if (same_name(name, "content-length")) {
    RETURN_IF_ERROR(once(has_content_length_));
    if (!is_number(value)) return bad("the guest's Content-Length is no number");
  }
  if (head_.headers.size() == kMaxFields)
    return bad(fmt::format("the guest's answer has more than {} header fields", kMaxFields));
  head_.headers.emplace_back(name, value);
  return {};
}

// "404" or "404 Not Found".
Result<void> CgiHeadParser::take_status(std::string_view value) {
  constexpr std::size_t kDigits = 3;
  std::string_view digits = value.substr(0, kDigits);
  std::string_view reason = value.substr(digits.size());
  int status = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), status);
  bool three_digits = digits.size() == kDigits && std::ranges::all_of(digits, is_digit);
  if (!three_digits || (!reason.empty() && trimmed(reason.substr(0, 1)) != "") || status < 200 ||
      status > 599) {
    return bad(fmt::format("the guest's Status is '{}', not a number from 200 to 599",
                           value.substr(0, 40)));
  }
  head_.status = status;
  head_.reason = trimmed(reason);
  return {};
}

Result<void> CgiHeadParser::finish_block() {
  if (!has_status_ && !has_content_type_ && !location_)
    return bad("the guest's header block has none of Content-Type, Location and Status");
  done_ = true;
  if (!location_) return {};
  std::size_t others = head_.headers.size() - (has_content_type_ ? 1U : 0U);
  if (!has_status_ && others == 0 && is_local_path(*location_)) {
    if (!is_printable_ascii(*location_))
      return bad("the guest's Location is no path: it has characters that a path can't have");
    head_.headers.clear();
    head_.local_redirect = std::move(location_);
    return {};
  }
  // Section 6.2.3: a redirect that does not name its status is a 302.
  if (!has_status_) head_.status = 302;
  head_.headers.emplace_back("Location", *std::move(location_));
  return {};
}

}  // namespace rockpool::engine
