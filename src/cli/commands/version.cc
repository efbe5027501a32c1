#include <memory>

#include "cli/commands/commands.h"
#include "json/value.h"

namespace rockpool::cli {

void add_version(CommandTree& tree) {
  auto output = std::make_shared<Output>(Output::Text);
  auto& command =
      tree.add("version", "Print the version", [output](Session& session) -> Result<ExitCode> {
        if (*output == Output::Json) {
          json::Value view = {{"name", "rockpool"}, {"version", ROCKPOOL_VERSION}};
          session.terminal.line(json::dump_pretty(view));
        } else {
          session.terminal.line("rockpool " ROCKPOOL_VERSION);
        }
        return ExitCode::Success;
      });
  add_output_option(command, *output);
}

}  // namespace rockpool::cli
