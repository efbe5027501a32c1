#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "cli/commands/commands.h"
#include "cli/deploys/deployment.h"
#include "cli/deploys/module_file.h"
#include "cli/file_watch.h"
#include "cli/stop_signals.h"
#include "cli/temporary_server.h"
#include "cli/text/answer_fields.h"

namespace rockpool::cli {
namespace {

using std::chrono::milliseconds;

// Writers that close a file twice in a row are waited for so long.
constexpr milliseconds kQuiet{20};
// How often, without changes, the server is looked after.
constexpr milliseconds kPatience{500};

struct DevOptions {
  std::string file;
  std::string name;
};

// A client of the server that answers or, if none does, of one started here.
Result<ControlClient> reach_server(Session& session, std::optional<TemporaryServer>& own) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  auto answer = client.get("/v1/info");
  if (answer) return client;
  bool chosen = !session.server.empty() || session.variable("ROCKPOOL_SERVER").has_value();
  if (chosen || answer.error().code() != ErrorCode::Unavailable)
    return std::unexpected(answer.error());
  session.terminal.note("no server answers: starting one for this session");
  auto server = TemporaryServer::start();
  if (!server) return std::unexpected(server.error());
  own.emplace(*std::move(server));
  session.server = own->control_url();
  return ControlClient::open(session);
}

// Deploys the file as it is now. What goes wrong is said, and the next change gets its chance.
void redeploy(Terminal& terminal, const ControlClient& client, const DeployRequest& request,
              std::string& url) {
  auto began = std::chrono::steady_clock::now();
  auto on_progress = [&](std::string_view text) { terminal.progress(text); };
  auto function = deploy(client, request, on_progress);
  if (!function) {
    terminal.failure(function.error());
    return;
  }
  if (url.empty()) {
    url = text_at(*function, "url");
    terminal.line(url);
  }
  auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
  terminal.note(
      fmt::format("version {} is live after {} ms", number_at(*function, "version"), took.count()));
}

Result<ExitCode> run_dev(Session& session, const DevOptions& options) {
  manifest::ModuleReference module = manifest::ModulePath{options.file};
  auto name = options.name.empty() ? default_name(module) : FunctionName::parse(options.name);
  if (!name) return session.wrong_usage(name.error().message());
  ASSIGN_OR_RETURN(FileWatch watch, FileWatch::open(options.file));
  RETURN_IF_ERROR(read_file(options.file));
  StopSignals stop;
  std::optional<TemporaryServer> own;
  ASSIGN_OR_RETURN(ControlClient client, reach_server(session, own));

  DeployRequest request{.module = module, .name = *name, .settings = {}, .dry_run = false};
  std::string url;
  redeploy(session.terminal, client, request, url);
  session.terminal.hint(fmt::format("watching {}; Ctrl-C stops", options.file));
  while (!stop.came()) {
    if (own && !own->is_alive()) return fail(ErrorCode::Unavailable, "the server ended");
    if (watch.wait(kPatience, kQuiet, stop.descriptor()))
      redeploy(session.terminal, client, request, url);
  }
  return ExitCode::Success;
}

}  // namespace

void add_dev(CommandTree& tree) {
  auto options = std::make_shared<DevOptions>();
  auto& command = tree.add("dev", "Serve a file and deploy it again whenever it changes",
                           [options](Session& session) { return run_dev(session, *options); });
  command.add_option("FILE", options->file, "A .wasm file")->required()->type_name("");
  command.add_option("--name", options->name, "Its name; default: that of the file")
      ->type_name("NAME");
  command.footer(
      "Where no server answers, one is started on free ports, with data that lasts as long as "
      "the command.");
}

}  // namespace rockpool::cli
