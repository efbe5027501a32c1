#include "http/syntax/message.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "http/syntax/characters.h"

namespace rockpool::http {
namespace {

struct StatusName {
  int status;
  std::string_view phrase;
};

// RFC 9110 section 15, and 428 to 511 from RFC 6585.
constexpr std::array kStatusNames = std::to_array<StatusName>({
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
});

constexpr std::string_view kSeparator = ": ";
constexpr std::string_view kLineEnd = "\r\n";

}  // namespace

std::optional<std::string_view> Request::find(std::string_view name) const {
  for (const Field& field : fields) {
    if (equal_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

Result<void> ResponseHead::add(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    return fail(ErrorCode::InvalidArgument, "a header name must be a token (RFC 9110 section 5.1)");
  }
  if (is_framing_field(name)) {
    return fail(ErrorCode::InvalidArgument,
                "the header '" + std::string(name) + "' is set by the server alone");
  }
  if (!is_field_value(value)) {
    return fail(ErrorCode::InvalidArgument, "the value of the header '" + std::string(name) +
                                                "' holds a control character or outer space");
  }
  if (lines_.empty()) lines_.reserve(256);
  lines_.append(name).append(kSeparator).append(value).append(kLineEnd);
  return {};
}

ResponseHead& ResponseHead::with(std::string_view name, std::string_view value) {
  auto added = add(name, value);
  CHECK(added, added.error().message());
  return *this;
}

std::optional<std::string_view> ResponseHead::find(std::string_view name) const {
  for (Field field : *this) {
    if (equal_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

void ResponseHead::remove(std::string_view name) {
  std::string kept;
  for (Field field : *this) {
    if (equal_ignoring_case(field.name, name)) continue;
    kept.append(field.name).append(kSeparator).append(field.value).append(kLineEnd);
  }
  lines_ = std::move(kept);
}

ResponseHead::Iterator ResponseHead::begin() const {
  return Iterator(lines_);
}

ResponseHead::Iterator ResponseHead::end() const {
  return {};
}

Field ResponseHead::Iterator::operator*() const {
  auto name_end = rest_.find(kSeparator);
  auto value_start = name_end + kSeparator.size();
  auto value_end = rest_.find(kLineEnd, value_start);
  return {rest_.substr(0, name_end), rest_.substr(value_start, value_end - value_start)};
}

ResponseHead::Iterator& ResponseHead::Iterator::operator++() {
  rest_.remove_prefix(rest_.find(kLineEnd) + kLineEnd.size());
  return *this;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return to_lower(x) == to_lower(y);
         });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_field_value(std::string_view text) {
  if (text.empty()) return true;
  if (is_blank(text.front()) || is_blank(text.back())) return false;
  return std::ranges::all_of(text, is_value_char);
}

bool is_framing_field(std::string_view name) {
  constexpr std::array kNames = std::to_array<std::string_view>(
      {"connection", "content-length", "keep-alive", "proxy-connection", "trailer",
       "transfer-encoding", "upgrade"});
  return std::ranges::any_of(
      kNames, [name](std::string_view framing) { return equal_ignoring_case(name, framing); });
}

std::string_view reason_phrase(int status) {
  auto row = std::ranges::lower_bound(kStatusNames, status, {}, &StatusName::status);
  if (row == kStatusNames.end() || row->status != status) return {};
  return row->phrase;
}

}  // namespace rockpool::http
