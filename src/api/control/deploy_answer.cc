#include "api/control/deploy_answer.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "api/control/function_view.h"
#include "async/event.h"
#include "web/answers/accept.h"
#include "web/answers/problem.h"

namespace rockpool::api {
namespace {

namespace asio = async::asio;
using platform::Deployed;
using platform::DeployResult;

constexpr std::string_view kLines = "application/x-ndjson";

// How a change is answered: one function by itself, several as a list.
struct Form {
  platform::DeployMode mode = platform::DeployMode::Commit;
  bool is_single = true;
};

// What is asked of the deployer. Holds whole modules, so it is moved.
struct Order {
  std::vector<platform::FunctionChange> changes;
  std::vector<FunctionName> removals;
  Form form;
};

using Outcome = DeployResult<std::vector<Deployed>>;

asio::awaitable<Outcome> carry_out(platform::Deployer& deployer, Order order,
                                   platform::OnStage on_stage) {
  if (!order.form.is_single) {
    co_return co_await deployer.deploy_all(std::move(order.changes), std::move(order.removals),
                                           order.form.mode, std::move(on_stage));
  }
  auto deployed = co_await deployer.deploy(std::move(order.changes.front()), order.form.mode,
                                           std::move(on_stage));
  if (!deployed) co_return std::unexpected(std::move(deployed).error());
  co_return std::vector<Deployed>{*std::move(deployed)};
}

std::string_view name_of(platform::Effect effect) {
  switch (effect) {
    case platform::Effect::Created:
      return "created";
    case platform::Effect::Changed:
      return "changed";
    case platform::Effect::Unchanged:
      return "unchanged";
  }
  return {};
}

struct Success {
  int status = 200;
  json::Value result;
};

Success describe(const std::vector<Deployed>& deployed, Form form, std::string_view base) {
  if (form.is_single) {
    const auto& only = deployed.front();
    bool is_new =
        only.effect == platform::Effect::Created && form.mode == platform::DeployMode::Commit;
    return {.status = is_new ? 201 : 200, .result = function_view(*only.function, base)};
  }
  auto functions = json::Value::array();
  auto effects = json::Value::object();
  for (const auto& [effect, function] : deployed) {
    functions.push_back(function_view(*function, base));
    effects[function->name.text()] = name_of(effect);
  }
  return {.status = 200, .result = {{"functions", functions}, {"effects", effects}}};
}

void answer_whole(ControlCall& call, const std::vector<Deployed>& deployed, Form form) {
  auto success = describe(deployed, form, call.facts.public_url);
  auto head = call.head(success.status);
  if (form.is_single) {
    const auto& function = *deployed.front().function;
    head.with("ETag", function.etag());
    if (success.status == 201) head.with("Location", "/v1/functions/" + function.name.text());
  }
  call.answer_json(std::move(head), success.result);
}

// Shared by a call and the change it asked for, which goes on if the client goes away.
struct Progress {
  explicit Progress(const asio::any_io_executor& executor) : changed(executor) {}

  std::string lines;  // not sent yet
  std::optional<Outcome> outcome;
  async::Event changed;
};

void post_line(const std::shared_ptr<Progress>& progress, const asio::any_io_executor& home,
               const json::Value& line) {
  asio::post(home, [progress, text = json::dump(line) + "\n"] {
    progress->lines += text;
    progress->changed.signal();
  });
}

platform::OnStage report_to(const std::shared_ptr<Progress>& progress,
                            const asio::any_io_executor& home) {
  return [progress, home](const FunctionName& function, platform::DeployStage stage) {
    post_line(progress, home, {{"stage", platform::name_of(stage)}, {"function", function.text()}});
  };
}

// Images tell how much of them has come, from the thread that pulls them.
void report_pulls_to(const std::shared_ptr<Progress>& progress, const asio::any_io_executor& home,
                     Order& order) {
  for (platform::FunctionChange& change : order.changes) {
    auto* image = change.module ? std::get_if<platform::ImageSource>(&*change.module) : nullptr;
    if (image == nullptr) continue;
    image->on_progress = [progress, home, name = change.name.text()](std::uint64_t received,
                                                                     std::uint64_t total) {
      post_line(progress, home,
                {{"stage", platform::name_of(platform::DeployStage::Pulling)},
                 {"function", name},
                 {"received", received},
                 {"total", total}});
    };
  }
}

Task<void> carry_out_telling(std::shared_ptr<Progress> progress, platform::Deployer& deployer,
                             Order order) {
  auto home = co_await asio::this_coro::executor;
  auto on_stage = report_to(progress, home);
  report_pulls_to(progress, home, order);
  // If a bug ends this with an exception, the client gets a last line nevertheless.
  struct Telling {
    ~Telling() {
      const platform::DeployFailure kBug(Error(ErrorCode::Internal, "the change ended in a bug"));
      if (!progress->outcome) progress->outcome = std::unexpected(kBug);
      progress->changed.signal();
    }
    std::shared_ptr<Progress> progress;
  } telling{progress};
  auto outcome = co_await carry_out(deployer, std::move(order), std::move(on_stage));
  co_await asio::post(home, asio::use_awaitable);  // behind the stages that were reported
  progress->outcome = std::move(outcome);
  co_return Result<void>();
}

// The last line of a stream. The answers' own JSON ends with a newline.
std::string last_line(ControlCall& call, const Outcome& outcome, Form form) {
  if (outcome) {
    auto [status, result] = describe(*outcome, form, call.facts.public_url);
    return json::dump({{"status", status}, {"result", std::move(result)}}) + "\n";
  }
  auto extension = failure_view(outcome.error());
  web::Problem problem{
      .error = outcome.error().error, .request_id = call.request_id, .extension = &extension};
  std::string text = web::problem_json(problem);
  text.pop_back();
  int status = status_of(web::public_code(outcome.error().error.code()));
  return R"({"status":)" + std::to_string(status) + R"(,"problem":)" + text + "}\n";
}

Task<void> answer_lines(ControlCall& call, Order order) {
  Form form = order.form;
  auto executor = co_await asio::this_coro::executor;
  auto progress = std::make_shared<Progress>(executor);
  auto& deployer = call.platform().deployer();
  call.background.spawn(carry_out_telling(progress, deployer, std::move(order)));
  bool is_begun = false;
  while (!progress->outcome || !progress->lines.empty()) {
    if (progress->lines.empty()) co_await progress->changed.wait();
    std::string lines = std::exchange(progress->lines, {});
    if (lines.empty()) continue;
    if (!is_begun) {
      is_begun = true;
      auto head = call.head(200);
      head.with("Content-Type", kLines);
      CO_RETURN_IF_ERROR(co_await call.exchange.start_response(head, std::nullopt));
    }
    CO_RETURN_IF_ERROR(co_await call.exchange.write(lines));
  }
  const auto& outcome = *progress->outcome;
  if (!is_begun) {
    if (outcome) {
      answer_whole(call, *outcome, form);
      co_return Result<void>();
    }
    call.problem_extension = failure_view(outcome.error());
    co_return std::unexpected(outcome.error().error);
  }
  std::string line = last_line(call, outcome, form);
  CO_RETURN_IF_ERROR(co_await call.exchange.write(line));
  co_return co_await call.exchange.finish();
}

Task<void> answer_order(ControlCall& call, Order order) {
  static constexpr std::array<std::string_view, 2> kOffers = {"application/json", kLines};
  std::string_view accept = call.request().find("accept").value_or("");
  if (web::preferred_offer(accept, kOffers) == 1) {
    co_return co_await answer_lines(call, std::move(order));
  }
  Form form = order.form;
  auto on_stage = [](const FunctionName&, platform::DeployStage) {};
  auto outcome = co_await carry_out(call.platform().deployer(), std::move(order), on_stage);
  if (!outcome) {
    call.problem_extension = failure_view(outcome.error());
    co_return std::unexpected(std::move(outcome).error().error);
  }
  answer_whole(call, *outcome, form);
  co_return Result<void>();
}

}  // namespace

Task<void> answer_change(ControlCall& call, platform::FunctionChange change,
                         platform::DeployMode mode) {
  change.precondition = call.precondition();
  Order order{.changes = {}, .removals = {}, .form = {.mode = mode, .is_single = true}};
  order.changes.push_back(std::move(change));
  co_return co_await answer_order(call, std::move(order));
}

Task<void> answer_origin_change(ControlCall& call, platform::OriginChange change) {
  change.precondition = call.precondition();
  auto on_stage = [](const FunctionName&, platform::DeployStage) {};
  auto& deployer = call.platform().deployer();
  auto deployed = co_await deployer.deploy_origin(std::move(change), on_stage);
  if (!deployed) {
    call.problem_extension = failure_view(deployed.error());
    co_return std::unexpected(std::move(deployed).error().error);
  }
  answer_whole(call, {*std::move(deployed)}, Form());
  co_return Result<void>();
}

Task<void> answer_changes(ControlCall& call, std::vector<platform::FunctionChange> changes,
                          std::vector<FunctionName> removals, platform::DeployMode mode) {
  for (auto& change : changes) change.precondition = call.precondition();
  Order order{.changes = std::move(changes),
              .removals = std::move(removals),
              .form = {.mode = mode, .is_single = false}};
  co_return co_await answer_order(call, std::move(order));
}

}  // namespace rockpool::api
