#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/session.h"
#include "http/client/client.h"
#include "json/value.h"

namespace rockpool::cli {

// A call of the control API.
struct ControlCall {
  std::string method = "GET";
  std::string path;  // "/v1/functions/hello?dry_run=1"
  std::string body = {};
  std::string content_type = {};  // of `body`
  http::FieldList fields = {};    // further ones
  std::chrono::seconds timeout{30};
};

struct ControlAnswer {
  int status = 0;
  json::Value body;  // null if it was empty
};

// How far a deploy is: "uploading 40 %", "compiling hello".
using OnProgress = std::function<void(std::string_view text)>;

// The control API of one server. Calls block. Every failure is an Error for a person: where no
// server answers, it says how to start one (unavailable).
class ControlClient {
 public:
  // Where --server or ROCKPOOL_SERVER points, with ROCKPOOL_TOKEN and ROCKPOOL_CA_FILE. Fails with
  // invalid-argument if that is no URL.
  static Result<ControlClient> open(const Session& session);

  const std::string& url() const { return url_; }

  // Anything but a 2xx status is an error.
  Result<ControlAnswer> call(ControlCall call) const;
  Result<json::Value> get(std::string path) const;
  // One JSON document, at the end of all pages, of the functions deployed here.
  Result<json::Value> all_functions() const { return whole_list("/v1/functions", "functions"); }
  // The same of any list, whose entries are in `member`.
  Result<json::Value> whole_list(std::string_view path, const char* member) const;

  // A call that deploys: takes as long as it must and reports how far it is.
  Result<ControlAnswer> deploy(ControlCall call, const OnProgress& on_progress) const;

  // The lines of an answer as they come, until it ends or `on_line` gives false.
  Result<void> lines(std::string path, const std::function<bool(std::string_view)>& on_line) const;

 private:
  ControlClient(http::Url base, std::string token, std::string ca_file);

  http::ClientRequest request_of(ControlCall call) const;
  Error explained(const Error& error) const;

  http::Url base_;
  std::string url_;
  std::string token_;
  std::string ca_file_;
};

// Cuts what comes in pieces into lines.
class LineSplitter {
 public:
  // Gives each line that `piece` completes, without its end, to `on_line` until that gives false;
  // then false.
  bool add(std::string_view piece, const std::function<bool(std::string_view)>& on_line);
  // What stands after the last line end.
  const std::string& rest() const { return rest_; }

 private:
  std::string rest_;
};

std::string function_path(std::string_view name);

}  // namespace rockpool::cli
