#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "cli/commands/commands.h"
#include "cli/control_client.h"
#include "cli/deploys/module_file.h"
#include "cli/text/answer_fields.h"
#include "cli/text/problem.h"
#include "dialects/wasmengine/function_entry.h"
#include "dialects/wasmengine/stored_functions.h"
#include "dialects/wasmengine/wasmengine.h"
#include "dialects/wess/stored_modules.h"
#include "dialects/wess/wess.h"

namespace rockpool::cli {
namespace {

struct ImportOptions {
  std::string dialect;
  std::string folder;
};

// A function of another system, as it is made here.
struct ForeignFunction {
  std::string_view dialect;
  std::string name;
  std::string wasm;
  json::Value settings;
};

// Brings functions over one by one, and goes on where one can't be.
class Importer {
 public:
  Importer(Session& session, const ControlClient& client) : session_(session), client_(client) {}

  void bring(ForeignFunction function) {
    std::string name = function.name;
    auto is_new = make(std::move(function));
    if (!is_new) {
      tell_failure(name, is_new.error());
    } else if (*is_new) {
      ++imported_;
      session_.terminal.line(name);
    } else {
      ++known_;
    }
  }

  void tell_failure(const std::string& name, const Error& error) {
    ++failed_;
    session_.terminal.end_progress();
    session_.terminal.failure({error.code(), fmt::format("{}: {}", name, error.message())});
  }

  ExitCode conclude() {
    session_.terminal.end_progress();
    session_.terminal.note(
        fmt::format("{} imported, {} were here already, {} failed", imported_, known_, failed_));
    return failed_ == 0 ? ExitCode::Success : ExitCode::Failure;
  }

 private:
  // Whether it is new here; one that is here already stays as it is.
  Result<bool> make(ForeignFunction function) {
    auto tell = [&](std::string_view text) {
      session_.terminal.progress(fmt::format("{}: {}", function.name, text));
    };
    ControlCall module{.method = "POST",
                       .path = "/v1/modules",
                       .body = std::move(function.wasm),
                       .content_type = "application/wasm"};
    ASSIGN_OR_RETURN(auto stored, client_.deploy(std::move(module), tell));
    json::Value document = std::move(function.settings);
    document["module"] = text_at(stored.body, "digest");
    document["origin"] = {{"dialect", function.dialect}, {"name", function.name}};
    ControlCall call{.method = "POST",
                     .path = "/v1/functions",
                     .body = json::dump(document),
                     .content_type = "application/json"};
    call.fields.emplace_back("If-None-Match", "*");
    auto made = client_.deploy(std::move(call), tell);
    if (made) return true;
    if (made.error().code() == ErrorCode::PreconditionFailed) return false;
    return std::unexpected(made.error());
  }

  Session& session_;
  const ControlClient& client_;
  std::size_t imported_ = 0;
  std::size_t known_ = 0;
  std::size_t failed_ = 0;
};

Result<void> import_wess(const std::filesystem::path& folder, Importer& importer) {
  namespace wess = dialects::wess;
  auto bring = [&importer](std::string id, Result<wess::ModuleDocument> module) -> Result<void> {
    if (!module) {
      importer.tell_failure(id, module.error());
      return {};
    }
    importer.bring({.dialect = wess::kDialect,
                    .name = std::move(id),
                    .wasm = std::move(module->wasm),
                    .settings = wess::settings_patch(module->metadata)});
    return {};
  };
  return wess::read_stored_modules(folder, bring);
}

Result<void> import_wasmengine(const std::filesystem::path& folder, Importer& importer) {
  namespace wasmengine = dialects::wasmengine;
  ASSIGN_OR_RETURN(auto functions, wasmengine::read_stored_functions(folder));
  for (auto& [request, file] : functions) {
    auto wasm = read_module(manifest::ModulePath{file.string()});
    if (!wasm) {
      importer.tell_failure(request.function_name, wasm.error());
      continue;
    }
    importer.bring({.dialect = wasmengine::kDialect,
                    .name = request.function_name,
                    .wasm = *std::move(wasm),
                    .settings = wasmengine::settings_patch(request)});
  }
  return {};
}

Result<ExitCode> run_import(Session& session, const ImportOptions& options) {
  bool is_wess = options.dialect == dialects::wess::kDialect;
  if (!is_wess && options.dialect != dialects::wasmengine::kDialect) {
    return session.wrong_usage(
        fmt::format("'{}' is no system to import from; wess and wasmengine are", options.dialect));
  }
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  Importer importer(session, client);
  auto read =
      is_wess ? import_wess(options.folder, importer) : import_wasmengine(options.folder, importer);
  auto outcome = importer.conclude();
  if (!read) return std::unexpected(with_reference(read.error()));
  return outcome;
}

}  // namespace

void add_import(CommandTree& tree) {
  auto options = std::make_shared<ImportOptions>();
  auto& command =
      tree.add("import", "Bring over what Wess or WasmEngine stored; stdout is what is new",
               [options](Session& session) { return run_import(session, *options); });
  command.add_option("SYSTEM", options->dialect, "wess or wasmengine")->required()->type_name("");
  command
      .add_option("DIR", options->folder,
                  "Where it ran (Wess), or keeps its functions (WasmEngine)")
      ->required()
      ->type_name("");
  command.footer(
      "Ids and names stay. Functions that are here already stay as they are, so it may be "
      "repeated.\n"
      "Stop the other system first, or import a copy of its files.\n"
      "Examples:\n"
      "  rockpool import wess /srv/wess\n"
      "  rockpool import wasmengine /var/lib/wasmengine/functions");
}

}  // namespace rockpool::cli
