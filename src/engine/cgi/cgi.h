#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rockpool::engine {

using NameValue = std::pair<std::string, std::string>;

// What a CGI request is made of (RFC 3875 section 4.1): views of a request that outlives it.
struct CgiRequest {
  std::string_view method;
  std::string_view script_name;  // decoded prefix that was matched; empty at the root
  std::string_view path_info;    // decoded rest
  std::string_view query;        // as sent, without '?'
  std::string_view server_name;
  std::string_view server_port;
  std::string_view protocol = "HTTP/1.1";
  std::string_view remote_address;
  bool https = false;
  // Authorization is left out where the platform checks it itself.
  bool platform_checks_authorization = false;
  std::optional<std::uint64_t> content_length = std::nullopt;
  std::span<const std::pair<std::string_view, std::string_view>> headers = {};
};

// All meta-variables: RFC 3875's (without PATH_TRANSLATED, as there are no files, and the
// identities that nobody asks for), HTTPS=on, HTTP_* for each header (repeated ones joined with ",
// "; never HTTP_PROXY, hop-by-hop headers and names with other characters than letters, digits and
// hyphens), and the names that WASM Actions guests read (METHOD, HTTP_content-length in bytes,
// HTTP_content-type).
std::vector<NameValue> cgi_environment(const CgiRequest& request);

// The header block of a CGI answer (RFC 3875 section 6).
struct CgiHead {
  int status = 200;
  std::string reason;  // as the guest wrote it; may be empty
  // Without Status and hop-by-hop headers; with Location unless it is a local redirect.
  std::vector<NameValue> headers;
  // A Location that is a path, beside no other field but Content-Type: the server answers with what
  // a GET of it gives (section 6.2.2). Printable ASCII, starts with one '/'.
  std::optional<std::string> local_redirect;
};

// Reads the header block off the front of a CGI answer that comes in pieces. Both "\n" and "\r\n"
// end lines. Not used after a failure.
class CgiHeadParser {
 public:
  // Takes the next piece and returns how many bytes of it belong to the head; once done() the rest
  // is body. Fails with bad-guest-response: a line that is no header field, control characters, a
  // field twice that may stand once, none of Content-Type, Location and Status, more than 64 KiB or
  // 256 fields.
  Result<std::size_t> feed(std::string_view piece);
  bool done() const { return done_; }
  // Output has ended. Fails with bad-guest-response unless done().
  Result<void> end() const;
  // Once, when done().
  CgiHead take_head();

 private:
  Result<void> take_line(std::string_view line);
  Result<void> take_field(std::string_view name, std::string_view value);
  Result<void> take_status(std::string_view value);
  Result<void> finish_block();

  std::string line_;  // the beginning of a line that goes on in the next piece
  std::size_t size_ = 0;
  CgiHead head_;
  std::optional<std::string> location_;
  bool has_status_ = false;
  bool has_content_type_ = false;
  bool has_content_length_ = false;
  bool done_ = false;
};

}  // namespace rockpool::engine
