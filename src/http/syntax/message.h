#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rockpool::http {

struct Field {
  std::string_view name;
  std::string_view value;  // without the white space around it
};

enum class Version : std::uint8_t { Http10, Http11 };

// A request's head. All views point into the connection's buffer and hold until the exchange ends.
struct Request {
  std::string_view method;
  std::string_view target;  // as sent, in any of the four forms
  std::string_view host;    // of an absolute target, else of the Host field; with the port if sent
  std::string_view path;    // as sent, not decoded; "*" for the asterisk form, else begins with '/'
  std::string_view query;   // without the '?'
  std::vector<Field> fields;
  std::optional<std::uint64_t> content_length;
  Version version = Version::Http11;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool is_tls = false;
  std::string_view remote_address;  // numeric, without brackets
  std::string_view remote_port;

  // The first field of that name (in any case).
  std::optional<std::string_view> find(std::string_view name) const;
  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

// An answer's status and fields. Building one costs one allocation however many fields it has.
//
// Framing is the server's: Connection, Content-Length, Keep-Alive, Proxy-Connection, Trailer,
// Transfer-Encoding and Upgrade can't be added. The server adds Date unless one is there.
class ResponseHead {
 public:
  class Iterator;

  explicit ResponseHead(int status = 200) : status_(status) {}

  int status() const { return status_; }
  void set_status(int status) { status_ = status; }

  // Fails with invalid-argument, and adds nothing, if the name is no token, the value holds a
  // control character, or the field is the server's.
  Result<void> add(std::string_view name, std::string_view value);
  // The same for names and values known to be valid; throws Bug otherwise.
  ResponseHead& with(std::string_view name, std::string_view value);
  std::optional<std::string_view> find(std::string_view name) const;
  // Removes every field of that name.
  void remove(std::string_view name);

  Iterator begin() const;
  Iterator end() const;
  // "Name: value\r\n" for each field.
  std::string_view serialized() const { return lines_; }

 private:
  int status_;
  std::string lines_;
};

// Walks the fields of a ResponseHead in the order they were added.
class ResponseHead::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = Field;

  Iterator() = default;
  explicit Iterator(std::string_view rest) : rest_(rest) {}
  Field operator*() const;
  Iterator& operator++();
  void operator++(int) { ++*this; }
  bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

 private:
  std::string_view rest_;
};

// As HTTP compares field names and most keywords: ASCII letters without case.
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool is_token(std::string_view text);
// RFC 9110 section 5.5, without CR, LF, NUL and other control characters but tab; no white space at
// the ends.
bool is_field_value(std::string_view text);
// Whether the server alone writes this field, since it decides where a message ends.
bool is_framing_field(std::string_view name);
// "Not Found" for 404; empty for a status nobody named.
std::string_view reason_phrase(int status);

}  // namespace rockpool::http
