#include "platform/functions/function_settings.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "base/function_name.h"
#include "platform/functions/function.h"
#include "platform/functions/setting_rows.h"

namespace rockpool::platform {
namespace {

using namespace std::chrono_literals;

Result<FunctionSettings> read(std::string_view text) {
  return settings_from_json(json::parse(text).value());
}

json::Value patch_of(std::vector<std::string> assignments) {
  return settings_patch(assignments).value();
}

TEST(FunctionSettings, AnEmptyDocumentMeansTheDefaults) {
  EXPECT_EQ(read("{}").value(), FunctionSettings());
  EXPECT_EQ(read(R"({"abi": "auto", "limits": null, "routes": []})").value(), FunctionSettings());
}

TEST(FunctionSettings, ReadsWhatItWrites) {
  auto settings = read(R"({"abi": "cgi", "routes": ["/a/*", "h.test/:x"],
      "limits": {"wall": "10s", "memory": "64MiB", "concurrency": 8, "queue": "2", "response": "1MiB"},
      "env": {"B": "2", "A": ""}, "cors": ["https://app.test"], "reuse": "instance",
      "types": {"sum": "(list<s32>)->s64"}, "labels": {"team": "x"},
      "grants": {"call": ["other", "api-*"]}})");

  ASSERT_TRUE(settings) << settings.error().to_string();
  EXPECT_EQ(settings->abi, engine::Abi::Cgi);
  EXPECT_EQ(settings->limits.wall, 10s);
  EXPECT_EQ(settings->limits.concurrency, 8U);
  EXPECT_EQ(settings->limits.queue, 2U);
  EXPECT_EQ(settings->limits.response_body_bytes, 1U << 20);
  EXPECT_EQ(settings->reuse, engine::Reuse::Instance);
  EXPECT_EQ(engine::to_string(settings->types.at("sum")), "(list<s32>) -> s64");
  EXPECT_EQ(settings->grants.call, (std::vector<std::string>{"other", "api-*"}));
  EXPECT_EQ(settings_from_json(to_json(*settings)).value(), *settings);
  EXPECT_EQ(settings_from_json(to_json(FunctionSettings())).value(), FunctionSettings());
}

TEST(FunctionSettings, NamesTheUnknownFieldAndTheNearestKnownOne) {
  auto top = read(R"({"rutes": ["/a"]})");
  auto nested = read(R"({"limits": {"wal": "1s"}})");
  auto not_yet = read(R"({"grants": {"kv": []}})");

  EXPECT_EQ(top.error().code(), ErrorCode::UnknownField);
  EXPECT_NE(top.error().message().find("'routes'"), std::string::npos) << top.error().message();
  EXPECT_EQ(nested.error().code(), ErrorCode::UnknownField);
  EXPECT_NE(nested.error().message().find("'limits.wall'"), std::string::npos)
      << nested.error().message();
  EXPECT_EQ(not_yet.error().code(), ErrorCode::UnknownField);
}

TEST(FunctionSettings, RefusesValuesOutOfTheirRange) {
  for (std::string_view bad : {R"([])",
                               R"({"abi": "java"})",
                               R"({"abi": 1})",
                               R"({"routes": "/a"})",
                               R"({"routes": ["a"]})",
                               R"({"routes": ["/a/:x", "/a/:y"]})",
                               R"({"limits": []})",
                               R"({"limits": {"wall": "soon"}})",
                               R"({"limits": {"wall": true}})",
                               R"({"limits": {"concurrency": -1}})",
                               R"({"env": {"": "x"}})",
                               R"({"env": {"A=B": "x"}})",
                               R"({"env": {"A": 1}})",
                               R"({"env": {"A": "\u0000"}})",
                               R"({"cors": ["app.test"]})",
                               R"({"cors": ["https://app.test/path"]})",
                               R"({"reuse": true})",
                               R"({"reuse": "some"})",
                               R"({"types": {"f": "s32"}})",
                               R"({"types": {"f": ""}})",
                               R"({"grants": []})",
                               R"({"grants": {"call": "a"}})",
                               R"({"grants": {"call": ["A"]}})",
                               R"({"grants": {"call": ["a*b"]}})"}) {
    auto settings = read(bad);

    ASSERT_FALSE(settings) << bad;
    EXPECT_EQ(settings.error().code(), ErrorCode::InvalidArgument) << bad;
  }
}

TEST(SettingsPatch, AssignmentsBecomeAMergePatch) {
  EXPECT_EQ(patch_of({"limits.wall=10s", "env.K=a=b", "routes=/a/*, /b", "abi=cgi"}),
            json::parse(R"({"limits": {"wall": "10s"}, "env": {"K": "a=b"},
                            "routes": ["/a/*", "/b"], "abi": "cgi"})")
                .value());
}

TEST(SettingsPatch, AnEmptyValueGivesTheDefaultBackButEmptiesAVariable) {
  EXPECT_EQ(patch_of({"limits.wall=", "routes=", "abi=", "env.A=", "env.B", "labels.x.y="}),
            json::parse(R"({"limits": {"wall": null}, "routes": null, "abi": null,
                            "env": {"A": "", "B": null}, "labels": {"x.y": ""}})")
                .value());
}

TEST(SettingsPatch, AnExportWithoutTypesIsRemoved) {
  EXPECT_EQ(patch_of({"types.a=() -> s32", "types.b=", "types.c"}),
            json::parse(R"({"types": {"a": "() -> s32", "b": null, "c": null}})").value());
}

TEST(SettingsPatch, NamesTheNearestSetting) {
  std::vector<std::string> misspelt = {"limits.wal=1s"};
  std::vector<std::string> without_value = {"limits.wall"};
  std::vector<std::string> group = {"env=x"};

  EXPECT_EQ(settings_patch(misspelt).error().code(), ErrorCode::UnknownField);
  EXPECT_NE(settings_patch(misspelt).error().message().find("limits.wall"), std::string::npos);
  EXPECT_EQ(settings_patch(without_value).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(settings_patch(group).error().code(), ErrorCode::UnknownField);
}

TEST(SettingRows, EachWritesItsDefaultAsItIsRead) {
  for (const SettingRow& row : setting_rows()) {
    json::Value only = json::Value::object();
    only[std::string(row.name)] = row.write(FunctionSettings());

    EXPECT_EQ(settings_from_json(only).value(), FunctionSettings()) << row.name;
  }
}

TEST(SettingRows, EachHasAFlagOfItsOwn) {
  std::set<std::string_view> flags;
  for (const SettingRow& row : setting_rows()) flags.insert(row.flag.name);

  EXPECT_EQ(flags.size(), setting_rows().size());
}

Function function_with_routes(std::vector<std::string> routes) {
  FunctionSettings settings;
  settings.routes = std::move(routes);
  auto live = std::make_shared<const Version>(Version{.number = 1,
                                                      .digest = Digest::of(""),
                                                      .abi = engine::Abi::Http,
                                                      .settings = settings,
                                                      .created = {}});
  return Function{.name = FunctionName::parse("hello").value(),
                  .created = {},
                  .origin = {},
                  .live = live,
                  .versions = {live},
                  .inspection = nullptr};
}

TEST(Function, ItsUrlIsTheLiteralBeginningOfItsFirstRoute) {
  EXPECT_EQ(url_of(function_with_routes({}), "http://127.0.0.1:8080"),
            "http://127.0.0.1:8080/hello");
  EXPECT_EQ(url_of(function_with_routes({"/a/:id/*"}), "http://127.0.0.1:8080/"),
            "http://127.0.0.1:8080/a");
  EXPECT_EQ(url_of(function_with_routes({"/*"}), "https://x.test"), "https://x.test/");
  EXPECT_EQ(url_of(function_with_routes({"api.test/v1/*"}), "http://127.0.0.1:8080"),
            "http://api.test:8080/v1");
  EXPECT_EQ(url_of(function_with_routes({"api.test/v1/*"}), "http://[::1]:8080"),
            "http://api.test:8080/v1");
}

}  // namespace
}  // namespace rockpool::platform
