#include "manifest/function_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::manifest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::vector<FunctionEntry> parsed(std::string_view text) {
  auto functions = parse_manifest(text, "rockpool.toml");
  EXPECT_TRUE(functions) << functions.error().message();
  return functions.value_or(std::vector<FunctionEntry>{});
}

Error error_of(std::string_view text) {
  auto functions = parse_manifest(text, "rockpool.toml");
  EXPECT_FALSE(functions);
  return functions ? Error(ErrorCode::Internal, "no error") : functions.error();
}

TEST(Manifest, GivesEachFunctionInItsOrder) {
  auto functions = parsed(R"(
[function.zebra]
module = "zebra.wasm"
routes = ["/z/*"]
env = { GREETING = "hi" }
limits = { wall = "10s", concurrency = 8 }

[function.ant]
module = "@hello"
)");

  ASSERT_EQ(functions.size(), 2u);
  EXPECT_EQ(functions[0].name.text(), "zebra");
  EXPECT_EQ(functions[0].module, ModuleReference(ModulePath{"zebra.wasm"}));
  EXPECT_EQ(functions[0].line, 2);
  EXPECT_EQ(functions[0].settings.routes, std::vector<std::string>{"/z/*"});
  EXPECT_EQ(functions[0].settings.env.at("GREETING"), "hi");
  EXPECT_EQ(functions[0].settings.limits.wall, std::chrono::seconds(10));
  EXPECT_EQ(functions[0].settings.limits.concurrency, 8u);
  EXPECT_EQ(functions[1].name.text(), "ant");
  EXPECT_EQ(functions[1].module, ModuleReference(SampleName{"hello"}));
}

TEST(Manifest, WithoutFunctionsIsEmpty) {
  EXPECT_TRUE(parsed("# nothing yet\n").empty());
}

struct WrongManifest {
  std::string_view text;
  ErrorCode code;
  std::string_view place;
  std::string_view says;
};

class WrongManifests : public testing::TestWithParam<WrongManifest> {};

TEST_P(WrongManifests, SayWhereAndWhat) {
  Error error = error_of(GetParam().text);

  EXPECT_EQ(error.code(), GetParam().code);
  EXPECT_THAT(error.message(), StartsWith(GetParam().place));
  EXPECT_THAT(error.message(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Manifest, WrongManifests,
    testing::Values(
        WrongManifest{"[function.a\n", ErrorCode::InvalidArgument, "rockpool.toml:1: ", ""},
        WrongManifest{"[!function.a]\n", ErrorCode::InvalidArgument, "rockpool.toml:1: ", ""},
        WrongManifest{"[server]\nport = 1\n", ErrorCode::UnknownField,
                      "rockpool.toml:1: ", "'server'"},
        WrongManifest{"function = 3\n", ErrorCode::InvalidArgument,
                      "rockpool.toml:1: ", "[function.NAME]"},
        WrongManifest{"[function]\na = 3\n", ErrorCode::InvalidArgument,
                      "rockpool.toml:2: ", "must be a table"},
        WrongManifest{"[function.Nope]\nmodule = \"a.wasm\"\n", ErrorCode::NameInvalid,
                      "rockpool.toml:1: ", "Nope"},
        WrongManifest{"[function.a]\nroutes = [\"/a\"]\n", ErrorCode::InvalidArgument,
                      "rockpool.toml:1: ", "no module"},
        WrongManifest{"[function.a]\nmodul = \"a.wasm\"\n", ErrorCode::UnknownField,
                      "rockpool.toml:2: ", "'module'"},
        WrongManifest{"[function.a]\nmodule = 3\n", ErrorCode::InvalidArgument,
                      "rockpool.toml:2: ", "module"},
        WrongManifest{"[function.a]\nmodule = \"oci://x\"\n", ErrorCode::InvalidArgument,
                      "rockpool.toml:2: ", "oci://"},
        WrongManifest{"[function.a]\nmodule = \"a.wasm\"\nlimits = { wal = \"1s\" }\n",
                      ErrorCode::UnknownField, "rockpool.toml:3: ", "wall"},
        WrongManifest{"[function.a]\nmodule = \"a.wasm\"\n[function.a.limits]\nwall = \"soon\"\n",
                      ErrorCode::InvalidArgument, "rockpool.toml:4: ", "soon"},
        WrongManifest{"[function.a]\nmodule = \"a.wasm\"\nabi = 2021-01-01\n",
                      ErrorCode::InvalidArgument, "rockpool.toml:3: ", "dates"}));

TEST(ModuleReference, TellsFilesSamplesAndDigestsApart) {
  std::string digest = "sha256:" + std::string(64, 'a');

  EXPECT_EQ(parse_module_reference("a/b.wasm"), ModuleReference(ModulePath{"a/b.wasm"}));
  EXPECT_EQ(parse_module_reference("@sum"), ModuleReference(SampleName{"sum"}));
  EXPECT_EQ(parse_module_reference(digest), ModuleReference(*Digest::parse(digest)));
  EXPECT_EQ(parse_module_reference("oci://localhost/a:v1"),
            ModuleReference(*registry::parse_image_reference("oci://localhost/a:v1")));
  EXPECT_FALSE(parse_module_reference(""));
  EXPECT_FALSE(parse_module_reference("@"));
  EXPECT_FALSE(parse_module_reference("sha256:12"));
}

}  // namespace
}  // namespace rockpool::manifest
