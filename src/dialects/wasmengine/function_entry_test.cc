#include "dialects/wasmengine/function_entry.h"

#include <gtest/gtest.h>

#include <vector>

namespace rockpool::dialects::wasmengine {
namespace {

// The reference as it is written, or the failure.
std::string image(std::string_view text) {
  auto reference = image_of(text);
  return reference ? reference->text() : reference.error().message();
}

TEST(FunctionEntry, ImagesAreNamedAsDockerNamesThem) {
  EXPECT_EQ(image("127.0.0.1:5000/hello-wasm:v2"), "oci://127.0.0.1:5000/hello-wasm:v2");
  EXPECT_EQ(image("localhost/a/b"), "oci://localhost/a/b");
  EXPECT_EQ(image("hello-wasm:v2"), "oci://docker.io/library/hello-wasm:v2");
  EXPECT_EQ(image("team/hello"), "oci://docker.io/team/hello");
  EXPECT_EQ(image("127.0.0.1:5000/tools:v1#greet.wasm"),
            "oci://127.0.0.1:5000/tools:v1#greet.wasm");
  EXPECT_TRUE(image("127.0.0.1:5000/UPPER").find("lower-case") != std::string::npos);
}

TEST(FunctionEntry, ListsHaveNoTrailingComma) {
  std::vector<FunctionEntry> entries = {{"authentication", "127.0.0.1:5000/a:v4", false},
                                        {"hello", "127.0.0.1:5000/hello-wasm:v2", true}};

  EXPECT_EQ(list_text(entries),
            "all deployed function info: [{func_name: authentication, func_image_name: "
            "127.0.0.1:5000/a:v4, wasi_cap: false}, {func_name: hello, func_image_name: "
            "127.0.0.1:5000/hello-wasm:v2, wasi_cap: true}]\n");
  EXPECT_EQ(list_text({}), "all deployed function info: []\n");
}

TEST(FunctionEntry, QueriesAreWrittenAsRustDebugsThem) {
  FunctionEntry entry{"a\"b\\\n\x1b", "i", true};

  EXPECT_EQ(query_text(entry),
            "queried function info: FunctionEntry { func_name: \"a\\\"b\\\\\\n\\u{1b}\", "
            "func_image_name: \"i\", func_local_path: "
            "\"/var/lib/wasmengine/functions/a\\\"b\\\\\\n\\u{1b}/a\\\"b\\\\\\n\\u{1b}.wasm\", "
            "wasi_cap: true }\n");
}

TEST(FunctionEntry, AModuleMustHaveWhatTheRequestCalls) {
  engine::Inspection command;
  command.possible_abis = {engine::Abi::Cgi, engine::Abi::Argv};

  EXPECT_TRUE(check_module({"f", "i", true}, command));
  auto refused = check_module({"f", "i", false}, command);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::NoEntryPoint);
}

}  // namespace
}  // namespace rockpool::dialects::wasmengine
