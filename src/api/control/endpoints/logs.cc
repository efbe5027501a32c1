#include <array>
#include <charconv>
#include <chrono>

#include "api/control/endpoints.h"
#include "base/units.h"
#include "web/while_connected.h"

namespace rockpool::api {
namespace {

constexpr std::string_view kLines = "application/x-ndjson";
// How often a reader without news looks whether it shall go on.
constexpr auto kPatience = std::chrono::milliseconds(500);
constexpr auto kNoPatience = std::chrono::milliseconds(0);

// A moment: RFC 3339, or how long ago it was ("10m").
Result<std::optional<WallTime>> moment(const ControlCall& call, std::string_view parameter) {
  auto text = call.query.find(parameter);
  if (!text) return std::nullopt;
  if (auto time = parse_rfc3339(*text)) return *time;
  if (auto ago = parse_duration(*text)) {
    auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(*ago);
    return call.world.clock.wall_now() - milliseconds;
  }
  return fail(ErrorCode::InvalidArgument,
              std::string(parameter) + " is a time as 2026-01-31T09:30:00Z or a duration as 10m");
}

Result<std::size_t> tail_of(const ControlCall& call) {
  auto text = call.query.find("tail");
  if (!text) return SIZE_MAX;
  std::size_t tail = 0;
  const char* end = text->data() + text->size();
  auto [rest, error] = std::from_chars(text->data(), end, tail);
  if (error != std::errc() || rest != end) {
    return fail(ErrorCode::InvalidArgument, "tail is a number of lines");
  }
  return tail;
}

Result<logs::LogQuery> log_query(const ControlCall& call) {
  logs::LogQuery query;
  ASSIGN_OR_RETURN(query.since, moment(call, "since"));
  ASSIGN_OR_RETURN(query.until, moment(call, "until"));
  ASSIGN_OR_RETURN(query.tail, tail_of(call));
  if (auto id = call.query.find("request_id")) query.request_id = std::string(*id);
  return query;
}

std::string lines_of(const std::vector<logs::LogRecord>& records) {
  std::string lines;
  for (const auto& record : records) lines += json::dump(logs::to_json(record)) + "\n";
  return lines;
}

http::ResponseHead lines_head(const ControlCall& call) {
  auto head = call.head(200);
  head.with("Content-Type", kLines);
  return head;
}

// A line in the place of records that were overwritten before they could be sent.
std::string missed_line(const ControlCall& call, const FunctionName& name, std::uint64_t count) {
  logs::LogRecord record{
      .time = call.world.clock.wall_now(),
      .level = Log::Level::Warning,
      .function = name.text(),
      .version = 0,
      .request_id = {},
      .trace_id = {},
      .stream = logs::LogStream::Platform,
      .message = std::to_string(count) + " records were overwritten before this reader took them"};
  return json::dump(logs::to_json(record)) + "\n";
}

// A function that was deleted and deployed again has another ring.
bool is_log_of(const ControlCall& call, const FunctionName& name, const logs::LogRing& ring) {
  auto current = call.platform().log_of(name);
  return current && current->get() == &ring;
}

bool shall_follow_on(const ControlCall& call, const FunctionName& name, const logs::LogRing& ring,
                     const logs::LogQuery& query) {
  bool is_over = query.until && call.world.clock.wall_now() >= *query.until;
  return !is_over && !call.exchange.draining() && is_log_of(call, name, ring);
}

// Sends records as they come, until the function is deleted, `until` has passed or the server
// stops.
Task<void> follow(ControlCall& call, FunctionName name, logs::LogRing& ring, logs::LogQuery query) {
  auto executor = co_await async::asio::this_coro::executor;
  auto follower = ring.follow(query, executor);
  auto head = lines_head(call);
  CO_RETURN_IF_ERROR(co_await call.exchange.start_response(head, std::nullopt));
  std::uint64_t told_missed = 0;
  // The last look takes what came while the client was slow to take what came before.
  for (bool is_last = false; !is_last;) {
    is_last = !shall_follow_on(call, name, ring, query);
    auto deadline = call.world.clock.steady_now() + (is_last ? kNoPatience : kPatience);
    auto records = co_await follower->next(deadline);
    std::string lines;
    if (follower->missed() > told_missed) {
      lines = missed_line(call, name, follower->missed() - told_missed);
      told_missed = follower->missed();
    }
    lines += lines_of(records);
    if (lines.empty()) continue;
    CO_RETURN_IF_ERROR(co_await call.exchange.write(lines));
  }
  co_return co_await call.exchange.finish();
}

}  // namespace

Task<void> get_logs(ControlCall& call) {
  static constexpr std::array<std::string_view, 5> kQuery = {"since", "until", "tail", "follow",
                                                             "request_id"};
  CO_RETURN_IF_ERROR(call.expect_query(kQuery));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  CO_ASSIGN_OR_RETURN(auto query, log_query(call));
  CO_ASSIGN_OR_RETURN(bool follows, call.query_switch("follow"));
  CO_ASSIGN_OR_RETURN(auto ring, call.platform().log_of(name));
  if (!follows || call.request().method == "HEAD") {
    call.exchange.respond(lines_head(call), lines_of(ring->read(query)));
    co_return Result<void>();
  }
  auto following = follow(call, name, *ring, query);
  auto ended = co_await web::while_connected(call.exchange, std::move(following));
  if (!ended) co_return fail(ErrorCode::Cancelled, "the client went away");
  co_return *std::move(ended);
}

}  // namespace rockpool::api
