#include "cli/control_client.h"

#include <fmt/format.h>

#include <utility>

#include "async/run.h"
#include "cli/text/answer_fields.h"
#include "cli/text/problem.h"
#include "cli/text/progress_bar.h"

namespace rockpool::cli {
namespace {

constexpr std::string_view kDefaultServer = "http://127.0.0.1:8090";
constexpr std::string_view kLines = "application/x-ndjson";
constexpr std::chrono::minutes kDeployTimeout{10};
// A follower may wait long for the next line of a quiet function.
constexpr std::chrono::hours kPatience{24 * 365};
constexpr int kEntriesPerPage = 1000;

bool is_success(int status) {
  return status >= 200 && status < 300;
}

Result<ControlAnswer> answer_of(int status, std::string_view body) {
  if (!is_success(status)) return std::unexpected(problem_of_body(status, body));
  if (body.empty()) return ControlAnswer{status, json::Value()};
  auto document = json::parse(body);
  if (!document) {
    return fail(ErrorCode::Unavailable,
                fmt::format("the server's answer is no JSON: {}; is this Rockpool's control "
                            "listener?",
                            document.error().message()));
  }
  return ControlAnswer{status, *std::move(document)};
}

std::string stage_text(const json::Value& line) {
  std::string text = fmt::format("{} {}", text_at(line, "stage"), text_at(line, "function"));
  if (!at(line, "total").is_number_unsigned()) return text;
  return fmt::format("{} {}", text,
                     progress_bar(number_at(line, "received"), number_at(line, "total")));
}

// The last line of a deploy: its usual answer, or its problem.
Result<ControlAnswer> outcome_of(const json::Value& line) {
  int status = static_cast<int>(number_at(line, "status"));
  if (!is_success(status)) return std::unexpected(problem_of(status, at(line, "problem")));
  return ControlAnswer{status, at(line, "result")};
}

async::Task<void> read_lines(http::Client& client, http::ClientRequest request, int& status,
                             const std::function<bool(std::string_view)>& on_line,
                             std::string& rest) {
  auto reader = co_await client.open(std::move(request));
  if (!reader) co_return std::unexpected(reader.error());
  status = (*reader)->head().status;
  bool is_lines = (*reader)->head().find("content-type").value_or("").starts_with(kLines);
  LineSplitter splitter;
  for (;;) {
    auto piece = co_await (*reader)->read(kPatience);
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->empty()) break;
    if (!is_lines) {
      rest += *piece;
    } else if (!splitter.add(*piece, on_line)) {
      co_return Result<void>();
    }
  }
  rest += splitter.rest();
  co_return Result<void>();
}

}  // namespace

bool LineSplitter::add(std::string_view piece,
                       const std::function<bool(std::string_view)>& on_line) {
  while (!piece.empty()) {
    auto end = piece.find('\n');
    rest_ += piece.substr(0, end);
    if (end == std::string_view::npos) return true;
    piece.remove_prefix(end + 1);
    std::string line = std::exchange(rest_, {});
    if (!on_line(line)) return false;
  }
  return true;
}

std::string function_path(std::string_view name) {
  return "/v1/functions/" + http::percent_encode(name);
}

ControlClient::ControlClient(http::Url base, std::string token, std::string ca_file)
    : base_(std::move(base)), token_(std::move(token)), ca_file_(std::move(ca_file)) {
  base_.target.clear();
  url_ = base_.text();
}

Result<ControlClient> ControlClient::open(const Session& session) {
  std::string server = session.server;
  if (server.empty()) server = session.variable("ROCKPOOL_SERVER").value_or("");
  if (server.empty()) server = kDefaultServer;
  auto base = http::parse_url(server);
  if (!base) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("'{}' is no server: --server and ROCKPOOL_SERVER take a URL such as {}",
                            server, kDefaultServer));
  }
  return ControlClient(*std::move(base), session.variable("ROCKPOOL_TOKEN").value_or(""),
                       session.variable("ROCKPOOL_CA_FILE").value_or(""));
}

http::ClientRequest ControlClient::request_of(ControlCall call) const {
  http::ClientRequest request;
  request.method = std::move(call.method);
  request.url = base_;
  request.url.target = std::move(call.path);
  request.fields = std::move(call.fields);
  request.fields.emplace_back("User-Agent", "rockpool/" ROCKPOOL_VERSION);
  if (!token_.empty()) request.fields.emplace_back("Authorization", "Bearer " + token_);
  if (!call.content_type.empty()) request.fields.emplace_back("Content-Type", call.content_type);
  request.body = std::move(call.body);
  request.timeout = call.timeout;
  return request;
}

Error ControlClient::explained(const Error& error) const {
  if (error.code() != ErrorCode::Unavailable) return error;
  return Error(ErrorCode::Unavailable,
               fmt::format("no server answers at {} ({})\n"
                           "  start one:       rockpool serve\n"
                           "  or name another: --server URL, or ROCKPOOL_SERVER=URL",
                           url_, error.message()));
}

Result<ControlAnswer> ControlClient::call(ControlCall call) const {
  http::Client client({.ca_file = ca_file_});
  auto response = async::run(client.request(request_of(std::move(call))));
  if (!response) return std::unexpected(explained(response.error()));
  return answer_of(response->status, response->body);
}

Result<json::Value> ControlClient::get(std::string path) const {
  ASSIGN_OR_RETURN(ControlAnswer answer, call({.path = std::move(path)}));
  return std::move(answer.body);
}

Result<json::Value> ControlClient::whole_list(std::string_view path, const char* member) const {
  json::Value entries = json::Value::array();
  std::string cursor;
  do {
    std::string target = fmt::format("{}?limit={}", path, kEntriesPerPage);
    if (!cursor.empty()) target += "&cursor=" + http::percent_encode(cursor);
    ASSIGN_OR_RETURN(json::Value page, get(target));
    for (const json::Value& entry : list_at(page, member)) entries.push_back(entry);
    cursor = text_at(page, "next");
  } while (!cursor.empty());
  json::Value all;
  all[member] = std::move(entries);
  return all;
}

Result<ControlAnswer> ControlClient::deploy(ControlCall call, const OnProgress& on_progress) const {
  http::ClientRequest request = request_of(std::move(call));
  request.fields.emplace_back("Accept", std::string(kLines));
  request.timeout = kDeployTimeout;
  request.progress = [&](std::uint64_t sent, std::optional<std::uint64_t> total) {
    if (total.value_or(0) > 0) on_progress(fmt::format("uploading {} %", 100 * sent / *total));
  };
  std::optional<Result<ControlAnswer>> outcome;
  auto on_line = [&](std::string_view text) {
    auto line = json::parse(text);
    if (!line) {
      outcome = fail(ErrorCode::Unavailable, "the server's answer can't be read");
    } else if (at(*line, "stage").is_string()) {
      on_progress(stage_text(*line));
    } else {
      outcome = outcome_of(*line);
    }
    return !outcome.has_value();
  };
  int status = 0;
  std::string rest;
  http::Client client({.ca_file = ca_file_});
  auto read = async::run(read_lines(client, std::move(request), status, on_line, rest));
  if (!read) return std::unexpected(explained(read.error()));
  if (outcome) return *std::move(outcome);
  // No stage was reached, or the server does not stream: an ordinary answer.
  return answer_of(status, rest);
}

Result<void> ControlClient::lines(std::string path,
                                  const std::function<bool(std::string_view)>& on_line) const {
  int status = 0;
  std::string rest;
  http::Client client({.ca_file = ca_file_});
  http::ClientRequest request = request_of({.path = std::move(path)});
  auto read = async::run(read_lines(client, std::move(request), status, on_line, rest));
  if (!read) return std::unexpected(explained(read.error()));
  if (!is_success(status)) return std::unexpected(problem_of_body(status, rest));
  return {};
}

}  // namespace rockpool::cli
