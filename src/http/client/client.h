#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/task.h"
#include "http/syntax/url.h"

namespace rockpool::http {

// A request body that comes in pieces.
class BodySource {
 public:
  virtual ~BodySource() = default;

  // Sent as Content-Length if known, else the body is chunked.
  virtual std::optional<std::uint64_t> size() const = 0;
  // The next piece, empty at the end. It stays valid until the next call.
  virtual Result<std::string_view> next() = 0;
};

using FieldList = std::vector<std::pair<std::string, std::string>>;

struct ClientRequest {
  std::string method = "GET";
  Url url;
  FieldList fields;                   // Host and the framing are added
  std::string body;                   // sent if `body_source` is null
  BodySource* body_source = nullptr;  // outlives the call
  // Hears of every piece of the body that was sent.
  std::function<void(std::uint64_t sent, std::optional<std::uint64_t> total)> progress;
  // For everything up to the end of the answer (open(): up to its head).
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
  std::uint64_t max_response_bytes = std::uint64_t{256} * 1024 * 1024;
};

struct ClientResponse {
  int status = 0;
  FieldList fields;
  std::string body;

  // The first field of that name (in any case).
  std::optional<std::string_view> find(std::string_view name) const;
};

// An answer whose body is read as it comes.
class ResponseReader {
 public:
  virtual ~ResponseReader() = default;

  // Status and fields; the body is empty.
  virtual const ClientResponse& head() const = 0;
  // Puts the next piece of the body there, and tells how much it is: 0 at its end. Fails with
  // timeout if none comes within `patience`, unavailable if the connection broke.
  virtual Task<std::size_t> read_some(std::span<char> into, std::chrono::milliseconds patience) = 0;
  // The next piece by itself, empty at the end.
  Task<std::string> read(std::chrono::milliseconds patience);
};

struct ClientOptions {
  // PEM file of the authorities to trust; empty: the system's.
  std::string ca_file = {};
  // The same, of authorities to trust beside those; may be empty.
  std::string extra_ca_file = {};
};

// An HTTP/1.1 client: one connection per request, certificates verified, redirects not followed.
class Client {
 public:
  explicit Client(ClientOptions options = {});

  // Fails with unavailable if the server can't be reached or speaks no HTTP (the message names host
  // and port), timeout, or what the body source failed with.
  Task<ClientResponse> request(ClientRequest request);
  // The same up to the answer's head.
  Task<std::unique_ptr<ResponseReader>> open(ClientRequest request);

 private:
  ClientOptions options_;
};

}  // namespace rockpool::http
