#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/error_code.h"
#include "cli/run.h"
#include "samples/samples.h"

namespace rockpool::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A command line in a world of its own.
struct CommandLine {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream error;
  std::vector<std::string> environment;
  bool at_terminal = false;
  std::optional<manifest::ServerSettings> served;

  ExitCode run(const std::vector<std::string>& arguments) {
    Terminal terminal({.in = in,
                       .out = out,
                       .error = error,
                       .in_is_terminal = at_terminal,
                       .out_is_terminal = at_terminal,
                       .error_is_terminal = at_terminal,
                       .colour = at_terminal});
    Session session{.terminal = terminal, .environment = environment};
    auto serve = [this](const manifest::ServerSettings& settings) {
      served = settings;
      return 0;
    };
    return cli::run(arguments, session, serve);
  }
};

TEST(CommandLine, WithoutACommandHelpGoesToStderr) {
  CommandLine line;

  EXPECT_EQ(line.run({}), ExitCode::Usage);

  EXPECT_THAT(line.out.str(), IsEmpty());
  EXPECT_THAT(line.error.str(), HasSubstr("rockpool deploy @hello"));
}

TEST(CommandLine, HelpThatWasAskedForGoesToStdout) {
  CommandLine line;

  EXPECT_EQ(line.run({"deploy", "--help"}), ExitCode::Success);

  EXPECT_THAT(line.out.str(), HasSubstr("--dry-run"));
  EXPECT_THAT(line.error.str(), IsEmpty());
}

TEST(CommandLine, AMistypedCommandIsAnsweredWithTheNearest) {
  CommandLine line;

  EXPECT_EQ(line.run({"depoly", "hello.wasm"}), ExitCode::Usage);

  EXPECT_THAT(line.error.str(), HasSubstr("did you mean deploy?"));
}

TEST(CommandLine, AMistypedOptionIsAnsweredWithTheNearest) {
  CommandLine line;

  EXPECT_EQ(line.run({"deploy", "hello.wasm", "--dryrun"}), ExitCode::Usage);

  EXPECT_THAT(line.error.str(), HasSubstr("did you mean --dry-run?"));
}

TEST(CommandLine, AMissingArgumentIsNamed) {
  CommandLine line;

  EXPECT_EQ(line.run({"show"}), ExitCode::Usage);

  EXPECT_THAT(line.error.str(), HasSubstr("NAME"));
}

TEST(CommandLine, DeployTakesAModuleOrAManifestButNotNeitherOrBoth) {
  CommandLine neither;
  CommandLine both;

  EXPECT_EQ(neither.run({"deploy"}), ExitCode::Usage);
  EXPECT_EQ(both.run({"deploy", "@hello", "-f", "rockpool.toml"}), ExitCode::Usage);
}

TEST(CommandLine, AMistypedSettingIsRefusedBeforeAnyServerIsAsked) {
  CommandLine line;

  EXPECT_EQ(line.run({"set", "hello", "limits.wal=1s"}), ExitCode::Usage);

  EXPECT_THAT(line.error.str(), HasSubstr("limits.wall"));
}

TEST(CommandLine, ASampleThatDoesNotExistIsAnsweredWithTheNearest) {
  CommandLine line;

  EXPECT_EQ(line.run({"inspect", "@helo"}), ExitCode::Failure);

  EXPECT_THAT(line.error.str(), HasSubstr("did you mean @hello?"));
}

TEST(CommandLine, AFileThatDoesNotExistIsNamed) {
  CommandLine line;

  EXPECT_EQ(line.run({"inspect", "no such file.wasm"}), ExitCode::Failure);

  EXPECT_THAT(line.error.str(), HasSubstr("'no such file.wasm'"));
}

TEST(CommandLine, DeletingWithNobodyToAskNeedsYes) {
  CommandLine line;

  EXPECT_EQ(line.run({"delete", "hello"}), ExitCode::Usage);

  EXPECT_THAT(line.error.str(), HasSubstr("--yes"));
}

TEST(CommandLine, DeletingStopsIfThePersonSaysNo) {
  CommandLine line;
  line.at_terminal = true;
  line.in.str("n\n");

  EXPECT_EQ(line.run({"delete", "hello"}), ExitCode::Failure);

  EXPECT_THAT(line.error.str(), HasSubstr("nothing was deleted"));
}

TEST(CommandLine, AServerThatIsNoUrlIsRefused) {
  CommandLine line;
  line.environment = {"ROCKPOOL_SERVER=nonsense"};

  EXPECT_EQ(line.run({"list"}), ExitCode::Failure);

  EXPECT_THAT(line.error.str(), HasSubstr("'nonsense' is no server"));
}

TEST(Explain, SaysWhatACodeMeansWithItsStatus) {
  CommandLine line;

  EXPECT_EQ(line.run({"explain", "limit-cpu"}), ExitCode::Success);

  EXPECT_THAT(line.out.str(), AllOf(HasSubstr("504"), HasSubstr("processor time")));
}

TEST(Explain, KnowsEveryCode) {
  for (const ErrorCodeRow& row : error_codes()) {
    CommandLine line;
    EXPECT_EQ(line.run({"explain", std::string(row.name)}), ExitCode::Success);
    EXPECT_THAT(line.out.str(), HasSubstr(std::string(row.explanation)));
  }
}

TEST(Explain, AMistypedCodeIsAnsweredWithTheNearest) {
  CommandLine line;

  EXPECT_EQ(line.run({"explain", "limit-cpuu"}), ExitCode::Usage);

  EXPECT_THAT(line.error.str(), HasSubstr("did you mean limit-cpu?"));
}

TEST(Version, ComesAsTextAndAsJson) {
  CommandLine text;
  CommandLine json;

  EXPECT_EQ(text.run({"version"}), ExitCode::Success);
  EXPECT_EQ(json.run({"version", "-o", "json"}), ExitCode::Success);

  EXPECT_EQ(text.out.str(), "rockpool " ROCKPOOL_VERSION "\n");
  EXPECT_THAT(json.out.str(), HasSubstr("\"version\": \"" ROCKPOOL_VERSION "\""));
}

TEST(Version, AnUnknownFormOfOutputIsRefused) {
  CommandLine line;

  EXPECT_EQ(line.run({"version", "-o", "yaml"}), ExitCode::Usage);
}

TEST(Serve, FlagsWinOverTheEnvironment) {
  CommandLine line;
  line.environment = {"ROCKPOOL_INGRESS=127.0.0.1:1111", "ROCKPOOL_CONTROL=127.0.0.1:2222"};

  EXPECT_EQ(line.run({"serve", "--ingress", "127.0.0.1:3333"}), ExitCode::Success);

  ASSERT_TRUE(line.served);
  EXPECT_EQ(line.served->ingress, "127.0.0.1:3333");
  EXPECT_EQ(line.served->control, "127.0.0.1:2222");
}

TEST(Serve, ASettingThatIsNoneIsWrongUsage) {
  CommandLine line;

  EXPECT_EQ(line.run({"serve", "--log-format", "xml"}), ExitCode::Usage);

  EXPECT_FALSE(line.served);
  EXPECT_THAT(line.error.str(), HasSubstr("log-format"));
}

TEST(Serve, AConfigurationThatIsNamedMustBeThere) {
  CommandLine line;

  EXPECT_EQ(line.run({"serve", "--config", "no such file.toml"}), ExitCode::Usage);

  EXPECT_THAT(line.error.str(), HasSubstr("no such file.toml"));
}

TEST(Inspect, SaysWhatASampleIs) {
  CommandLine line;

  EXPECT_EQ(line.run({"inspect", "@sum"}), ExitCode::Success);

  EXPECT_THAT(line.out.str(), AllOf(HasSubstr("typed"), HasSubstr("-> s32")));
}

TEST(Completion, NamesEveryCommandInEveryShell) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CommandLine line;
    EXPECT_EQ(line.run({"completion", shell}), ExitCode::Success);
    for (const char* command : {"serve", "deploy", "rollback", "doctor"})
      EXPECT_THAT(line.out.str(), HasSubstr(command)) << shell;
    EXPECT_THAT(line.out.str(), Not(HasSubstr("reference"))) << shell;
  }
}

TEST(Completion, OtherShellsAreRefused) {
  CommandLine line;

  EXPECT_EQ(line.run({"completion", "csh"}), ExitCode::Usage);
}

TEST(Manual, TheReferencePageIsThatOfTheCommands) {
  CommandLine line;

  EXPECT_EQ(line.run({"reference"}), ExitCode::Success);

  std::ifstream file(ROCKPOOL_SOURCE "/docs/reference/cli.md");
  std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, line.out.str()) << "docs/reference/cli.md is made by `rockpool reference`";
}

TEST(Manual, TheManPageHasASectionForEachCommand) {
  CommandLine line;

  EXPECT_EQ(line.run({"man"}), ExitCode::Success);

  EXPECT_THAT(line.out.str(), StartsWith(".TH ROCKPOOL 1"));
  EXPECT_THAT(line.out.str(), AllOf(HasSubstr(".SS deploy"), HasSubstr(".SS logs")));
}

}  // namespace
}  // namespace rockpool::cli
