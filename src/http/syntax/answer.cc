#include "http/syntax/answer.h"

#include <array>
#include <charconv>

#include "base/check.h"

namespace rockpool::http {
namespace {

bool is_final(int status) {
  return status >= 200 && status <= 999;
}

bool may_have_body(int status) {
  return status != 204 && status != 205 && status != 304;
}

void append_number(std::string& out, std::uint64_t number, int base) {
  std::array<char, 20> digits;
  auto [end, error] = std::to_chars(digits.begin(), digits.end(), number, base);
  CHECK(error == std::errc{}, "20 digits hold 64 bits");
  out.append(digits.data(), end);
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
    return;
  }
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(status), 10);
  out.append(" ").append(reason_phrase(status)).append("\r\n");
}

void append_content_length(std::string& out, std::uint64_t size) {
  out.append("Content-Length: ");
  append_number(out, size, 10);
  out.append("\r\n");
}

bool names_date(const ResponseHead& head) {
  return head.serialized().size() > 6 && head.find("date").has_value();
}

// Everything but the framing and the empty line.
void append_head(std::string& out, const ResponseHead& head, const Answer::Context& context,
                 bool keep_alive) {
  append_status_line(out, head.status());
  if (!names_date(head)) out.append(context.date_line);
  if (!keep_alive) {
    out.append("Connection: close\r\n");
  } else if (context.version == Version::Http10) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append(head.serialized());
}

}  // namespace

void Answer::start_whole(std::string& out, const ResponseHead& head, std::uint64_t size,
                         const Context& context) {
  CHECK(is_final(head.status()), "an answer has a final status");
  status_ = head.status();
  body_bytes_ = size;
  complete_ = true;
  append_head(out, head, context, context.keep_alive);
  if (may_have_body(status_)) {
    append_content_length(out, size);
    framing_ = context.is_head ? Framing::None : Framing::Length;
  } else if (status_ == 205) {
    append_content_length(out, 0);  // RFC 9110 section 15.3.6
  }
  out.append("\r\n");
}

void Answer::start(std::string& out, const ResponseHead& head, std::optional<std::uint64_t> size,
                   const Context& context) {
  CHECK(is_final(head.status()), "an answer has a final status");
  status_ = head.status();
  declared_ = size;
  bool has_body = may_have_body(status_);
  bool until_close = has_body && !size && context.version == Version::Http10;
  append_head(out, head, context, context.keep_alive && !until_close);
  if (has_body && size) {
    append_content_length(out, *size);
    framing_ = Framing::Length;
  } else if (until_close) {
    framing_ = Framing::UntilClose;
  } else if (has_body) {
    out.append("Transfer-Encoding: chunked\r\n");
    framing_ = Framing::Chunked;
  } else if (status_ == 205) {
    append_content_length(out, 0);
  }
  if (context.is_head) framing_ = Framing::None;
  out.append("\r\n");
}

Result<void> Answer::count(std::uint64_t bytes) {
  if (sends_body() && declared_ && bytes > *declared_ - body_bytes_) {
    return fail(ErrorCode::InvalidArgument, "the answer's body is longer than its declared " +
                                                std::to_string(*declared_) + " bytes");
  }
  body_bytes_ += bytes;
  return {};
}

void Answer::append_chunk_start(std::string& out, std::uint64_t size) {
  append_number(out, size, 16);
  out.append("\r\n");
}

Result<void> Answer::finish(std::string& out) {
  if (framing_ == Framing::Length && body_bytes_ < declared_) {
    return fail(ErrorCode::InvalidArgument, "the answer's body ended after " +
                                                std::to_string(body_bytes_) + " of its declared " +
                                                std::to_string(*declared_) + " bytes");
  }
  if (framing_ == Framing::Chunked) out.append("0\r\n\r\n");
  complete_ = true;
  return {};
}

}  // namespace rockpool::http
