#pragma once

#include "cli/serve_function.h"
#include "cli/session.h"
#include "cli/words/command_tree.h"

namespace rockpool::cli {

// Each adds one command, or a few that belong together, to the tree.

void add_serve(CommandTree& tree, const ServeFunction& serve);
void add_deploy(CommandTree& tree);
void add_push(CommandTree& tree);
void add_import(CommandTree& tree);
void add_set(CommandTree& tree);
void add_inspect(CommandTree& tree);
void add_list_show_delete(CommandTree& tree);
void add_versions_rollback(CommandTree& tree);
void add_states(CommandTree& tree);
void add_invoke(CommandTree& tree);
void add_logs(CommandTree& tree);
void add_dev(CommandTree& tree);
void add_explain(CommandTree& tree);
void add_doctor(CommandTree& tree);
void add_version(CommandTree& tree);
// `completion`, and hidden ones that write the man page and the reference page.
void add_completion(CommandTree& tree);
void add_manual(CommandTree& tree);

}  // namespace rockpool::cli
