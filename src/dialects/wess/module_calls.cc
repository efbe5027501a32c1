#include "dialects/wess/module_calls.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "dialects/wess/failures.h"
#include "dialects/wess/uuid.h"
#include "dialects/wess/wess.h"
#include "web/exchange_body.h"

namespace rockpool::dialects::wess {
namespace {

// A module that is just small enough has 4 MiB of digits; people add spaces.
constexpr std::uint64_t kMaxBodyBytes = std::uint64_t{16} << 20;
// Longer texts are read and written off the reactor, which others wait for.
constexpr std::size_t kShortBytes = std::size_t{64} << 10;

platform::Origin origin_of(const std::string& id) {
  return {std::string(kDialect), id};
}

// When the stages of a deploy began. Written on the deployer's reactor before the deploy ends.
struct StageTimes {
  std::optional<SteadyTime> loading;
  std::optional<SteadyTime> trying;
  std::optional<SteadyTime> storing;

  void note(platform::DeployStage stage, SteadyTime now) {
    using platform::DeployStage;
    if (stage == DeployStage::Loading) loading = now;
    if (stage == DeployStage::Trying) trying = now;
    if (stage == DeployStage::Storing) storing = now;
  }
};

}  // namespace

Answer ModuleCalls::count() const {
  return {200, fmt::format("{}", world_.platform.count_origin(kDialect))};
}

Task<ModuleDocument> ModuleCalls::read_document(http::Exchange& exchange) {
  auto text = co_await web::read_whole_body(exchange, kMaxBodyBytes, ErrorCode::BodyTooLarge);
  if (!text && text.error().code() == ErrorCode::BodyTooLarge) {
    co_return fail(ErrorCode::InvalidArgument, "Invalid Json: " + text.error().message());
  }
  if (!text) co_return std::unexpected(text.error());
  if (text->size() <= kShortBytes) co_return parse_module(*text);
  auto parse = [&text] { return parse_module(*text); };
  co_return co_await world_.blocking.run(parse);
}

Task<void> ModuleCalls::write(metrics::Shard shard, std::string id, ModuleDocument document,
                              platform::IfAbsent if_absent) {
  WessMetrics::Job job(metrics_, shard, WessMetrics::Worker::Writer);
  auto times = std::make_shared<StageTimes>();
  auto note = [times, &clock = world_.clock](const FunctionName&, platform::DeployStage stage) {
    times->note(stage, clock.steady_now());
  };
  auto begun = world_.clock.steady_now();
  auto known = world_.platform.find_origin(origin_of(id));
  auto before = known ? (*known)->live->settings.types : engine::FunctionTypes();
  platform::OriginChange change{
      .origin = origin_of(id),
      .module = platform::ModuleSource(std::move(document.wasm)),
      .settings = platform::MergeSettings{settings_patch(document.metadata, before)},
      .if_absent = if_absent};
  auto deployed = co_await world_.platform.deployer().deploy_origin(std::move(change), note);
  if (!deployed) co_return std::unexpected(write_failure(deployed.error().error, world_.log));

  auto now = world_.clock.steady_now();
  metrics_.count_database(shard, WessMetrics::Worker::Writer, now - times->storing.value_or(begun));
  if (times->loading && times->trying)
    metrics_.count_compile(shard, id, *times->trying - *times->loading);
  co_return Result<void>();
}

Task<Answer> ModuleCalls::create(http::Exchange& exchange) {
  CO_ASSIGN_OR_RETURN(auto document, co_await read_document(exchange));
  auto id = make_uuid();
  auto shard = exchange.reactor().index();
  CO_RETURN_IF_ERROR(co_await write(shard, id, std::move(document), platform::IfAbsent::Create));
  log_.write(WessLog::Level::Info, WessLog::Target::Transaction, "CREATE " + id);
  co_return id_answer(id);
}

Task<Answer> ModuleCalls::replace(http::Exchange& exchange, std::string id) {
  auto known = world_.platform.find_origin(origin_of(id));
  if (!known) co_return std::unexpected(unknown_id());
  CO_ASSIGN_OR_RETURN(auto document, co_await read_document(exchange));
  auto shard = exchange.reactor().index();
  CO_RETURN_IF_ERROR(co_await write(shard, id, std::move(document), platform::IfAbsent::Refuse));
  log_.write(WessLog::Level::Info, WessLog::Target::Transaction, "UPDATE " + id);
  co_return id_answer(id);
}

Task<Answer> ModuleCalls::remove(http::Exchange& exchange, std::string id) {
  auto shard = exchange.reactor().index();
  WessMetrics::Job job(metrics_, shard, WessMetrics::Worker::Writer);
  auto begun = world_.clock.steady_now();
  auto origin = origin_of(id);
  auto removed = co_await world_.platform.deployer().remove_origin(origin);
  if (!removed) co_return std::unexpected(write_failure(removed.error(), world_.log));
  metrics_.count_database(shard, WessMetrics::Worker::Writer, world_.clock.steady_now() - begun);
  metrics_.forget_module(id);
  log_.write(WessLog::Level::Info, WessLog::Target::Transaction, "DELETE " + id);
  co_return id_answer(id);
}

Task<Answer> ModuleCalls::read(http::Exchange& exchange, std::string id) {
  auto fits = check_uuid(id);
  if (!fits) {
    co_return fail(ErrorCode::InvalidArgument, "Invalid ID: " + fits.error().message());
  }
  auto shard = exchange.reactor().index();
  WessMetrics::Job job(metrics_, shard, WessMetrics::Worker::Reader);
  auto begun = world_.clock.steady_now();
  auto function = world_.platform.find_origin(origin_of(id));
  if (!function) co_return std::unexpected(unknown_module());
  auto metadata = metadata_of(**function);
  if (!metadata) co_return std::unexpected(read_failure(metadata.error(), world_.log));
  auto wasm = co_await world_.platform.module((*function)->live->digest);
  if (!wasm) co_return std::unexpected(read_failure(wasm.error(), world_.log));
  metrics_.count_database(shard, WessMetrics::Worker::Reader, world_.clock.steady_now() - begun);
  ModuleDocument document{*std::move(wasm), *std::move(metadata)};
  if (document.wasm.size() <= kShortBytes) co_return Answer{200, to_json(document)};
  auto write_text = [&document]() -> Result<Answer> { return Answer{200, to_json(document)}; };
  co_return co_await world_.blocking.run(write_text);
}

}  // namespace rockpool::dialects::wess
