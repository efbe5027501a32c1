#include "cli/words/manual.h"

#include "cli/commands/commands.h"

namespace rockpool::cli {
namespace {

using Page = std::string (*)(const CLI::App&);

// For packagers and the docs, so not shown to everybody.
void add_hidden(CommandTree& tree, const char* name, const char* description, Page page) {
  auto& command = tree.add(name, description, [page, &tree](Session& session) -> Result<ExitCode> {
    session.terminal.data(page(tree.app()));
    return ExitCode::Success;
  });
  command.group("");
}

}  // namespace

void add_manual(CommandTree& tree) {
  add_hidden(tree, "man", "Print the man page rockpool(1)", man_page);
  add_hidden(tree, "reference", "Print the reference page of the command line", markdown_page);
}

}  // namespace rockpool::cli
