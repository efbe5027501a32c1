#include "cli/words/completion.h"

#include <memory>

#include "cli/commands/commands.h"

namespace rockpool::cli {

void add_completion(CommandTree& tree) {
  auto shell = std::make_shared<std::string>();
  auto& command = tree.add("completion", "Print a completion script for a shell",
                           [shell, &tree](Session& session) -> Result<ExitCode> {
                             const CLI::App& app = tree.app();
                             session.terminal.data(*shell == "bash"  ? bash_completion(app)
                                                   : *shell == "zsh" ? zsh_completion(app)
                                                                     : fish_completion(app));
                             return ExitCode::Success;
                           });
  command.add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->type_name("")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""));
  command.footer(
      "Examples:\n"
      "  source <(rockpool completion bash)\n"
      "  rockpool completion fish > ~/.config/fish/completions/rockpool.fish");
}

}  // namespace rockpool::cli
