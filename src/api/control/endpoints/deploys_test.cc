#include <sstream>

#include "api/testing/control_fixture.h"

namespace rockpool::api {
namespace {

using testing::HasSubstr;

class DeployCallsTest : public ControlTest {};

TEST_F(DeployCallsTest, ANewFunctionIsCreatedAKnownOneChanged) {
  auto created = request("PUT", "/v1/functions/new", "\0asm", "application/wasm");
  auto changed = request("PUT", "/v1/functions/new", "\0asm", "application/wasm");
  created.with_body({std::string("\0asm", 4)});
  changed.with_body({std::string("\0asm", 4)});

  serve(created.with("Content-Type", "application/wasm"));
  serve(changed.with("Content-Type", "application/wasm"));

  EXPECT_EQ(created.status(), 201);
  EXPECT_EQ(created.field("Location"), "/v1/functions/new");
  EXPECT_NE(created.field("ETag"), "");
  EXPECT_EQ(changed.status(), 200);
  ASSERT_TRUE(platform_.fake_deployer.last_change);
  EXPECT_EQ(std::get<std::string>(*platform_.fake_deployer.last_change->module),
            std::string("\0asm", 4));
}

TEST_F(DeployCallsTest, ADryRunChangesNothing) {
  auto exchange = request("PUT", "/v1/functions/new?dry_run=1",
                          R"({"module":")" + std::string(kSomeDigest) + "\"}");

  serve(exchange);

  EXPECT_EQ(exchange.status(), 200) << exchange.body();
  EXPECT_EQ(platform_.fake_deployer.last_mode, platform::DeployMode::DryRun);
  EXPECT_EQ(platform_.fake_deployer.writes, 0);
}

TEST_F(DeployCallsTest, PreconditionsReachTheWrite) {
  auto stale = request("PATCH", "/v1/functions/hello", R"({"reuse":"instance"})");
  auto taken =
      request("PUT", "/v1/functions/hello", R"({"module":")" + std::string(kSomeDigest) + "\"}");
  stale.with("If-Match", "\"stale\"");
  taken.with("If-None-Match", "*");

  EXPECT_EQ(serve(stale).status(), 412);
  EXPECT_EQ(serve(taken).status(), 412);
  EXPECT_EQ(platform_.fake_deployer.writes, 0);
}

TEST_F(DeployCallsTest, AFailedDeployListsTheImportsThatAreMissing) {
  platform::DeployFailure failure(Error(ErrorCode::ImportMissing, "one import is missing"));
  failure.missing_imports.push_back({.import = {.module = "env", .name = "kv_gett", .type = "func"},
                                     .nearest = "kv_get",
                                     .advice = "rename it"});
  platform_.fake_deployer.failure = failure;
  auto exchange = request("PUT", "/v1/functions/new", "x", "application/wasm");

  auto problem = body_of(serve(exchange));

  EXPECT_EQ(exchange.status(), 422);
  EXPECT_EQ(problem["code"], "import-missing");
  EXPECT_EQ(problem["imports"][0]["name"], "kv_gett");
  EXPECT_EQ(problem["imports"][0]["nearest"], "kv_get");
}

TEST_F(DeployCallsTest, ADeployTellsItsStagesToThoseWhoAsk) {
  platform_.fake_deployer.stages = {platform::DeployStage::Storing,
                                    platform::DeployStage::Compiling};
  auto exchange = request("PUT", "/v1/functions/new", "x", "application/wasm");
  exchange.with("Accept", "application/x-ndjson");

  serve(exchange);

  EXPECT_EQ(exchange.status(), 200);
  EXPECT_EQ(exchange.field("Content-Type"), "application/x-ndjson");
  std::istringstream lines(exchange.body());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, R"({"stage":"storing","function":"new"})");
  std::getline(lines, line);
  EXPECT_EQ(line, R"({"stage":"compiling","function":"new"})");
  std::getline(lines, line);
  auto last = json::parse(line);
  ASSERT_TRUE(last) << line;
  EXPECT_EQ((*last)["status"], 201);
  EXPECT_EQ((*last)["result"]["name"], "new");
  EXPECT_TRUE(exchange.is_complete());
}

TEST_F(DeployCallsTest, AFailureAfterAStageIsTheLastLine) {
  platform_.fake_deployer.stages = {platform::DeployStage::Inspecting};
  platform_.fake_deployer.failure.emplace(Error(ErrorCode::InvalidModule, "no module"));
  auto exchange = request("PUT", "/v1/functions/new", "x", "application/wasm");
  exchange.with("Accept", "application/x-ndjson");

  serve(exchange);

  EXPECT_THAT(exchange.body(), HasSubstr(R"({"status":422,"problem":{"type":)"));
}

TEST_F(DeployCallsTest, AFailureBeforeAnyStageIsAnOrdinaryProblem) {
  platform_.fake_deployer.failure.emplace(Error(ErrorCode::InvalidModule, "no module"));
  auto exchange = request("PUT", "/v1/functions/new", "x", "application/wasm");
  exchange.with("Accept", "application/x-ndjson");

  serve(exchange);

  EXPECT_EQ(exchange.status(), 422);
  EXPECT_EQ(exchange.field("Content-Type"), "application/problem+json");
}

TEST_F(DeployCallsTest, SeveralFunctionsAreDeployedTogether) {
  std::string settings = R"({"module":")" + std::string(kSomeDigest) + "\"}";
  auto exchange = request("PUT", "/v1/functions",
                          R"({"functions":{"hello":)" + settings + R"(,"new":)" + settings +
                              R"(},"remove":["other"]})");

  auto answer = body_of(serve(exchange));

  EXPECT_EQ(exchange.status(), 200) << exchange.body();
  EXPECT_EQ(answer["effects"], json::Value({{"hello", "changed"}, {"new", "created"}}));
  EXPECT_FALSE(platform_.functions.contains("other"));
}

TEST_F(DeployCallsTest, RollsBackToTheVersionNamedOrTheOneBefore) {
  auto named = request("POST", "/v1/functions/hello/rollback", R"({"version":1})");
  auto before = request("POST", "/v1/functions/hello/rollback");

  EXPECT_EQ(serve(named).status(), 200);
  EXPECT_EQ(platform_.fake_deployer.last_rollback, 1U);
  EXPECT_EQ(serve(before).status(), 200);
  EXPECT_EQ(platform_.fake_deployer.last_rollback, 0U);
}

TEST_F(DeployCallsTest, DeletesAFunction) {
  auto exchange = request("DELETE", "/v1/functions/hello?data=delete");

  EXPECT_EQ(serve(exchange).status(), 204);
  EXPECT_FALSE(platform_.functions.contains("hello"));
}

}  // namespace
}  // namespace rockpool::api
