#include "http/syntax/head_parser.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>

#include "http/syntax/characters.h"
#include "http/syntax/host_header.h"

namespace rockpool::http {
namespace {

enum class Outcome : std::uint8_t { Done, NeedsMore, Bad, TooMany };

// One pass over the bytes that have arrived. Each step moves `position_` behind what it took.
class HeadScanner {
 public:
  HeadScanner(std::string_view text, std::size_t max_fields, Request& request)
      : text_(text), max_fields_(max_fields), request_(request) {}

  Outcome scan();
  std::size_t position() const { return position_; }
  const char* problem() const { return problem_; }

 private:
  Outcome skip_empty_line();
  Outcome take_request_line();
  Outcome take_version();
  Outcome take_field();
  Outcome take_value(std::string_view name);
  Outcome note(Field field);
  Outcome note_content_length(std::string_view value);
  Outcome note_transfer_encoding(std::string_view value);
  void note_connection(std::string_view value);
  Outcome split_target();
  Outcome split_absolute_target(std::size_t scheme_length);
  void split_path(std::string_view path_and_query);
  Outcome check_whole();

  // Takes the characters of one class.
  template <class IsMember>
  std::string_view take_while(IsMember is_member);
  Outcome take_line_end();
  Outcome bad(const char* problem) {
    problem_ = problem;
    return Outcome::Bad;
  }
  bool at_end() const { return position_ == text_.size(); }

  std::string_view text_;
  std::size_t max_fields_;
  Request& request_;
  std::size_t position_ = 0;
  const char* problem_ = "";
  std::size_t hosts_ = 0;
  bool target_has_host_ = false;
  bool says_close_ = false;
  bool says_keep_alive_ = false;
};

template <class IsMember>
std::string_view HeadScanner::take_while(IsMember is_member) {
  std::size_t start = position_;
  while (position_ < text_.size() && is_member(text_[position_])) ++position_;
  return text_.substr(start, position_ - start);
}

Outcome HeadScanner::take_line_end() {
  if (at_end()) return Outcome::NeedsMore;
  if (text_[position_] != '\r') return bad("a line does not end with CR LF");
  if (position_ + 1 == text_.size()) return Outcome::NeedsMore;
  if (text_[position_ + 1] != '\n') return bad("a CR stands without LF");
  position_ += 2;
  return Outcome::Done;
}

Outcome HeadScanner::scan() {
  Outcome outcome = skip_empty_line();
  if (outcome == Outcome::Done) outcome = take_request_line();
  while (outcome == Outcome::Done) {
    if (at_end()) return Outcome::NeedsMore;
    if (text_[position_] == '\r') {
      outcome = take_line_end();
      return outcome == Outcome::Done ? check_whole() : outcome;
    }
    outcome = take_field();
  }
  return outcome;
}

// RFC 9112 section 2.2: one empty line before the request line is ignored.
Outcome HeadScanner::skip_empty_line() {
  if (at_end()) return Outcome::NeedsMore;
  return text_[0] == '\r' ? take_line_end() : Outcome::Done;
}

Outcome HeadScanner::take_request_line() {
  request_.method = take_while(is_token_char);
  if (at_end()) return Outcome::NeedsMore;
  if (request_.method.empty()) return bad("the request does not begin with a method");
  if (text_[position_] != ' ') return bad("the method does not end with one space");
  ++position_;
  request_.target = take_while(is_target_char);
  if (at_end()) return Outcome::NeedsMore;
  if (request_.target.empty()) return bad("the request target is missing");
  if (text_[position_] != ' ') return bad("the request target does not end with one space");
  ++position_;
  Outcome outcome = take_version();
  if (outcome == Outcome::Done) outcome = take_line_end();
  return outcome == Outcome::Done ? split_target() : outcome;
}

Outcome HeadScanner::take_version() {
  constexpr std::string_view kName = "HTTP/1.";
  std::string_view rest = text_.substr(position_, kName.size() + 1);
  if (!kName.starts_with(rest.substr(0, kName.size()))) {
    return bad("the request line does not end with HTTP/1.0 or HTTP/1.1");
  }
  if (rest.size() <= kName.size()) return Outcome::NeedsMore;
  if (rest.back() != '0' && rest.back() != '1') return bad("the HTTP version is not 1.0 or 1.1");
  request_.version = rest.back() == '1' ? Version::Http11 : Version::Http10;
  position_ += rest.size();
  return Outcome::Done;
}

Outcome HeadScanner::take_field() {
  std::string_view name = take_while(is_token_char);
  if (at_end()) return Outcome::NeedsMore;
  char next = text_[position_];
  if (name.empty()) {
    return bad(is_blank(next) ? "a header line is folded" : "a header name is empty or invalid");
  }
  if (next != ':') return bad("a header name is not followed by a colon at once");
  ++position_;
  return take_value(name);
}

// Whether one of eight bytes is a control character, tab included, or DEL.
bool holds_control(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  std::uint64_t below_space = (word - kOnes * 0x20) & ~word;
  std::uint64_t without_del = word ^ (kOnes * 0x7f);
  std::uint64_t is_del = (without_del - kOnes) & ~without_del;
  return ((below_space | is_del) & kHighs) != 0;
}

Outcome HeadScanner::take_value(std::string_view name) {
  take_while(is_blank);
  std::size_t start = position_;
  while (position_ + 8 <= text_.size() && !holds_control(text_.data() + position_)) position_ += 8;
  take_while(is_value_char);
  std::size_t end = position_;
  while (end > start && is_blank(text_[end - 1])) --end;
  Outcome outcome = take_line_end();
  if (outcome == Outcome::Bad) return bad("a header value holds a control character or bare CR");
  if (outcome != Outcome::Done) return outcome;
  if (request_.fields.size() == max_fields_) return Outcome::TooMany;
  Field field{name, text_.substr(start, end - start)};
  request_.fields.push_back(field);
  return note(field);
}

// The fields that say where the message ends, whom it is for, and what becomes of the connection.
Outcome HeadScanner::note(Field field) {
  switch (field.name.size()) {
    case 4:
      if (!equal_ignoring_case(field.name, "host")) break;
      if (++hosts_ > 1) return bad("there is more than one Host header");
      if (!is_host(field.value)) return bad("the Host header is invalid");
      if (!target_has_host_) request_.host = field.value;
      break;
    case 6:
      if (equal_ignoring_case(field.name, "expect")) {
        request_.expects_continue = equal_ignoring_case(field.value, "100-continue");
      }
      break;
    case 10:
      if (equal_ignoring_case(field.name, "connection")) note_connection(field.value);
      break;
    case 14:
      if (!equal_ignoring_case(field.name, "content-length")) break;
      return note_content_length(field.value);
    case 17:
      if (!equal_ignoring_case(field.name, "transfer-encoding")) break;
      return note_transfer_encoding(field.value);
    default:
      break;
  }
  return Outcome::Done;
}

Outcome HeadScanner::note_content_length(std::string_view value) {
  if (request_.content_length) return bad("there is more than one Content-Length header");
  std::uint64_t length = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc{} || end != value.data() + value.size()) {
    return bad("the Content-Length header is no number");
  }
  request_.content_length = length;
  return Outcome::Done;
}

// Section 6.1: a coding that isn't known, or chunked not being the last, leaves the length unknown.
Outcome HeadScanner::note_transfer_encoding(std::string_view value) {
  if (request_.chunked) return bad("there is more than one Transfer-Encoding header");
  if (!equal_ignoring_case(value, "chunked")) {
    return bad("the only Transfer-Encoding taken is 'chunked'");
  }
  request_.chunked = true;
  return Outcome::Done;
}

void HeadScanner::note_connection(std::string_view value) {
  while (!value.empty()) {
    std::size_t comma = std::min(value.find(','), value.size());
    std::string_view option = value.substr(0, comma);
    while (!option.empty() && is_blank(option.front())) option.remove_prefix(1);
    while (!option.empty() && is_blank(option.back())) option.remove_suffix(1);
    if (equal_ignoring_case(option, "close")) says_close_ = true;
    if (equal_ignoring_case(option, "keep-alive")) says_keep_alive_ = true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

// The four forms of section 3.2.
Outcome HeadScanner::split_target() {
  std::string_view target = request_.target;
  if (request_.method == "CONNECT") {
    if (!is_host(target) || !has_port(target)) return bad("CONNECT takes a host and port");
    request_.host = target;
    target_has_host_ = true;
    return Outcome::Done;
  }
  if (target.front() == '/') {
    split_path(target);
    return Outcome::Done;
  }
  if (target == "*") {
    if (request_.method != "OPTIONS") return bad("only OPTIONS takes the target '*'");
    request_.path = target;
    return Outcome::Done;
  }
  for (std::string_view scheme : {"http://", "https://"}) {
    if (equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
      return split_absolute_target(scheme.size());
    }
  }
  return bad("the request target is neither a path nor an http URL");
}

Outcome HeadScanner::split_absolute_target(std::size_t scheme_length) {
  std::string_view rest = request_.target.substr(scheme_length);
  std::size_t host_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view host = rest.substr(0, host_end);
  if (!is_host(host)) return bad("the request target's host is invalid");
  request_.host = host;
  target_has_host_ = true;
  split_path(rest.substr(host_end));
  return Outcome::Done;
}

void HeadScanner::split_path(std::string_view path_and_query) {
  std::size_t mark = path_and_query.find('?');
  request_.path = path_and_query.substr(0, mark);
  if (request_.path.empty()) request_.path = "/";  // section 3.2.1
  if (mark != std::string_view::npos) request_.query = path_and_query.substr(mark + 1);
}

Outcome HeadScanner::check_whole() {
  bool is_11 = request_.version == Version::Http11;
  if (is_11 && hosts_ == 0) return bad("the Host header is missing");
  if (request_.chunked && request_.content_length) {
    return bad("there are both Content-Length and Transfer-Encoding");
  }
  if (request_.chunked && !is_11) return bad("HTTP/1.0 has no Transfer-Encoding");
  request_.keep_alive = !says_close_ && (is_11 || says_keep_alive_);
  request_.expects_continue = request_.expects_continue && is_11 && request_.has_body();
  return Outcome::Done;
}

void clear(Request& request) {
  request.method = request.target = request.host = request.path = request.query = {};
  request.fields.clear();
  request.content_length.reset();
  request.version = Version::Http11;
  request.chunked = request.expects_continue = false;
  request.keep_alive = true;
}

}  // namespace

Result<std::optional<std::size_t>> parse_head(std::string_view buffered, const HeadLimits& limits,
                                              Request& request) {
  clear(request);
  HeadScanner scanner(buffered.substr(0, limits.max_bytes), limits.max_fields, request);
  switch (scanner.scan()) {
    case Outcome::Done:
      return scanner.position();
    case Outcome::NeedsMore:
      if (buffered.size() < limits.max_bytes) return std::nullopt;
      return fail(ErrorCode::HeadersTooLarge, "the request's head is larger than " +
                                                  std::to_string(limits.max_bytes) + " bytes");
    case Outcome::TooMany:
      return fail(ErrorCode::HeadersTooLarge,
                  "the request has more than " + std::to_string(limits.max_fields) + " headers");
    case Outcome::Bad:
      break;
  }
  return fail(ErrorCode::BadRequest, scanner.problem());
}

bool may_hold_whole_head(std::string_view buffered, std::size_t already_seen) {
  std::size_t from = already_seen;
  for (;;) {
    std::size_t line_feed = buffered.find('\n', from);
    if (line_feed == std::string_view::npos) return false;
    bool ends_line_well = line_feed >= 1 && buffered[line_feed - 1] == '\r';
    if (!ends_line_well) return true;  // an error, to be told at once
    if (line_feed >= 2 && buffered[line_feed - 2] == '\n') return true;
    from = line_feed + 1;
  }
}

}  // namespace rockpool::http
