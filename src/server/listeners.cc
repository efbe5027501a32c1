#include "server/listeners.h"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <optional>

#include "api/ingress/ingress.h"
#include "dialects/wasmengine/wasmengine.h"
#include "dialects/wess/wess.h"
#include "http/syntax/url.h"
#include "server/listener.h"

namespace rockpool::server {
namespace {

constexpr std::size_t kMaxConnections = 10'000;
// How long handlers have to end once their connections are closed; they need moments.
constexpr auto kStopPatience = std::chrono::seconds(5);

web::AccessLogFormat format_of(manifest::AccessLog setting) {
  switch (setting) {
    case manifest::AccessLog::Text:
      return web::AccessLogFormat::Text;
    case manifest::AccessLog::Json:
      return web::AccessLogFormat::Json;
    case manifest::AccessLog::Off:
      return web::AccessLogFormat::Off;
  }
  return web::AccessLogFormat::Off;
}

// Where a listener on every address is reached from here.
std::string reachable(std::string url) {
  for (std::string_view any : {"://0.0.0.0:", "://[::]:"}) {
    auto at = url.find(any);
    if (at != std::string::npos) url.replace(at, any.size(), "://localhost:");
  }
  return url;
}

}  // namespace

Listeners::Listeners(const World& world)
    : world_(world),
      ids_(world.reactors.size()),
      access_log_(web::make_access_log(format_of(world.settings.access_log), STDERR_FILENO)),
      requests_(web::make_request_counters(world.metrics)),
      ingress_journal_("ingress", world.reactors.size(), requests_, *access_log_, world.clock),
      control_journal_("control", world.reactors.size(), requests_, *access_log_, world.clock),
      connections_(std::make_shared<http::ConnectionLimit>(kMaxConnections)) {
  world.metrics.gauge("rockpool_http_connections", "Connections open on all listeners.",
                      [limit = connections_] { return static_cast<double>(limit->open()); });
}

Result<std::unique_ptr<Listeners>> Listeners::open(const World& world) {
  std::unique_ptr<Listeners> listeners(new Listeners(world));
  RETURN_IF_ERROR(listeners->open_trust());
  RETURN_IF_ERROR(listeners->open_handlers());
  RETURN_IF_ERROR(listeners->open_listeners());
  RETURN_IF_ERROR(listeners->open_dialects());
  return listeners;
}

Result<void> Listeners::open_trust() {
  const auto& settings = world_.settings;
  ASSIGN_OR_RETURN(proxies_, web::TrustedProxies::parse(settings.trusted_proxies));
  if (!settings.token_file.empty()) {
    ASSIGN_OR_RETURN(tokens_, web::TokenFile::open(settings.token_file));
  }
  ASSIGN_OR_RETURN(auto control, http::parse_host_port(settings.control));
  if (!tokens_ && !web::is_loopback_host(control.host)) {
    return fail(ErrorCode::InvalidArgument,
                "the control listener at " + settings.control +
                    " could be reached from other machines: protect it with --token-file FILE, or "
                    "give a loopback address with --control");
  }
  guard_ = std::make_unique<web::ControlGuard>(tokens_.get(), std::vector<std::string>());
  ASSIGN_OR_RETURN(ingress_tls_, load_certificate(settings.ingress_tls));
  ASSIGN_OR_RETURN(control_tls_, load_certificate(settings.control_tls));
  return {};
}

Result<void> Listeners::open_handlers() {
  std::optional<http::Url> public_url;
  if (!world_.settings.public_url.empty()) {
    ASSIGN_OR_RETURN(public_url, http::parse_url(world_.settings.public_url));
  }
  api::IngressWorld ingress{.platform = world_.platform,
                            .reactors = world_.reactors,
                            .ids = ids_,
                            .journal = ingress_journal_,
                            .proxies = proxies_,
                            .log = world_.log};
  ingress_ = api::make_ingress(ingress, std::move(public_url));
  api::ControlWorld control{.platform = world_.platform,
                            .reactors = world_.reactors,
                            .metrics = world_.metrics,
                            .ids = ids_,
                            .journal = control_journal_,
                            .guard = *guard_,
                            .proxies = proxies_,
                            .draining = draining_,
                            .clock = world_.clock,
                            .log = world_.log};
  control_ = api::make_control(control);
  return {};
}

Result<void> Listeners::open_listeners() {
  const auto& settings = world_.settings;
  http::ServerOptions options;
  options.connections = connections_;
  options.tls = ingress_tls_;
  ASSIGN_OR_RETURN(ingress_server_,
                   listen(settings.ingress, "--ingress", world_.reactors, *ingress_, options));
  options.tls = control_tls_;
  ASSIGN_OR_RETURN(control_server_,
                   listen(settings.control, "--control", world_.reactors, *control_, options));
  control_->set_facts({.public_url = public_url(),
                       .ingress_url = ingress_url(),
                       .control_url = control_url(),
                       .max_module_bytes = settings.max_module_bytes,
                       .started = world_.clock.wall_now()});
  return {};
}

Result<void> Listeners::open_dialects() {
  DialectListeners::World world{.platform = world_.platform,
                                .reactors = world_.reactors,
                                .blocking = world_.blocking,
                                .ids = ids_,
                                .requests = requests_,
                                .access_log = *access_log_,
                                .proxies = proxies_,
                                .connections = connections_,
                                .clock = world_.clock,
                                .log = world_.log,
                                .data = world_.data};
  const auto& settings = world_.settings;
  struct Known {
    std::string_view name;
    const manifest::DialectListener& listener;
    DialectListeners::Make make;
  };
  const Known all[] = {{"wess", settings.wess, dialects::wess::make_wess},
                       {"wasmengine", settings.wasmengine, dialects::wasmengine::make_wasmengine}};
  for (const auto& [name, listener, make] : all) {
    if (!listener.is_on()) continue;
    ASSIGN_OR_RETURN(auto opened, DialectListeners::open(std::string(name), listener, world, make));
    dialects_.push_back(std::move(opened));
  }
  return {};
}

std::string Listeners::public_url() const {
  std::string url = world_.settings.public_url;
  if (url.empty()) return reachable(ingress_url());
  while (url.ends_with('/')) url.pop_back();
  return url;
}

void Listeners::reload() {
  auto tell = [this](std::string_view what, const Result<void>& reloaded) {
    if (reloaded) {
      world_.log.info(std::string(what) + " reloaded");
    } else {
      world_.log.error(std::string(what) + " not reloaded: " + reloaded.error().to_string());
    }
  };
  if (ingress_tls_) tell("ingress certificate", ingress_tls_->reload());
  if (control_tls_) tell("control certificate", control_tls_->reload());
  for (const auto& dialect : dialects_) {
    if (auto reloaded = dialect->reload()) tell(dialect->name() + " certificate", *reloaded);
  }
  if (tokens_) tell("tokens", tokens_->reload());
}

void Listeners::drain(std::chrono::steady_clock::time_point deadline) {
  ingress_server_->drain();
  control_server_->drain();
  for (const auto& dialect : dialects_) dialect->server().drain();
  bool all_done = ingress_server_->wait(deadline);
  all_done = control_server_->wait(deadline) && all_done;
  for (const auto& dialect : dialects_) all_done = dialect->server().wait(deadline) && all_done;
  if (!all_done) world_.log.warning("requests still in flight are cut off");
}

void Listeners::stop() {
  ingress_server_->stop();
  control_server_->stop();
  for (const auto& dialect : dialects_) dialect->server().stop();
  auto deadline = std::chrono::steady_clock::now() + kStopPatience;
  bool all_ended = ingress_server_->wait(deadline) && control_server_->wait(deadline);
  for (const auto& dialect : dialects_) all_ended = dialect->server().wait(deadline) && all_ended;
  if (!all_ended) {
    world_.log.error("some connections did not end when they were told to");
  }
  for (std::size_t i = 0; i < world_.reactors.size(); ++i) {
    auto& context = world_.reactors[i].context();
    async::asio::co_spawn(context, control_->stop(i), async::asio::use_future).get();
    for (const auto& dialect : dialects_) {
      async::asio::co_spawn(context, dialect->stop(i), async::asio::use_future).get();
    }
  }
}

}  // namespace rockpool::server
