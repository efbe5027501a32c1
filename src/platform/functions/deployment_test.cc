#include "platform/functions/deployment.h"

#include <gtest/gtest.h>

#include <string>

namespace rockpool::platform {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

FunctionName name(std::string_view text) {
  return FunctionName::parse(text).value();
}

Function function_at_revision(std::uint64_t revision) {
  return Function{.name = name("f"), .created = {}, .origin = {}, .revision = revision};
}

ErrorCode outcome(const Precondition& precondition, const Function* function) {
  auto held = check(precondition, function);
  return held ? ErrorCode::Internal : held.error().code();
}

TEST(Precondition, IfMatchHoldsForTheFunctionsOwnTagOnly) {
  auto function = function_at_revision(3);

  EXPECT_TRUE(check({.if_match = function.etag()}, &function));
  EXPECT_TRUE(check({.if_match = "\"x\", " + function.etag()}, &function));
  EXPECT_TRUE(check({.if_match = "*"}, &function));
  EXPECT_EQ(outcome({.if_match = function_at_revision(2).etag()}, &function),
            ErrorCode::PreconditionFailed);
  EXPECT_EQ(outcome({.if_match = "*"}, nullptr), ErrorCode::PreconditionFailed);
  EXPECT_EQ(outcome({.if_match = "W/" + function.etag()}, &function),
            ErrorCode::PreconditionFailed);
}

TEST(Precondition, IfNoneMatchStarHoldsForNewFunctionsOnly) {
  auto function = function_at_revision(3);

  EXPECT_TRUE(check({.if_none_match = "*"}, nullptr));
  EXPECT_EQ(outcome({.if_none_match = "*"}, &function), ErrorCode::PreconditionFailed);
  EXPECT_TRUE(check({.if_none_match = "\"other\""}, &function));
}

TEST(FunctionChange, PutNeedsAModuleAndReplacesAllSettings) {
  auto document = json::parse(R"({"module": ")" + kDigest + R"(", "reuse": "instance"})").value();

  auto change = change_from_put(name("f"), document);

  ASSERT_TRUE(change);
  EXPECT_EQ(std::get<Digest>(*change->module).text(), kDigest);
  EXPECT_EQ(std::get<FunctionSettings>(change->settings).reuse, engine::Reuse::Instance);
  EXPECT_EQ(change->if_absent, IfAbsent::Create);
  EXPECT_EQ(change_from_put(name("f"), json::parse("{}").value()).error().code(),
            ErrorCode::InvalidArgument);
}

TEST(FunctionChange, PatchKeepsTheModuleUnlessItNamesOne) {
  auto without = change_from_patch(name("f"), json::parse(R"({"reuse": null})").value());
  auto with =
      change_from_patch(name("f"), json::parse(R"({"module": ")" + kDigest + R"("})").value());

  ASSERT_TRUE(without);
  EXPECT_FALSE(without->module);
  EXPECT_EQ(without->if_absent, IfAbsent::Refuse);
  ASSERT_TRUE(with);
  EXPECT_TRUE(with->module);
  EXPECT_TRUE(std::get<MergeSettings>(with->settings).patch.empty());
}

TEST(FunctionChange, AModuleMayBeAnImage) {
  auto change =
      change_from_put(name("f"), json::parse(R"({"module": "oci://r.test/a:1#b.wasm"})").value());

  ASSERT_TRUE(change) << change.error().message();
  EXPECT_EQ(std::get<ImageSource>(*change->module).reference.text(), "oci://r.test/a:1#b.wasm");
}

TEST(FunctionChange, AKeyToVerifyWithGoesWithAnImage) {
  std::string stored = R"({"module": ")" + kDigest + R"(", "verify_key": "x"})";
  for (const std::string& text :
       {stored, std::string(R"({"module": "oci://r.test/a:1", "verify_key": "no key"})"),
        std::string(R"({"module": "oci://r.test/a:1", "verify_key": 3})")}) {
    auto change = change_from_put(name("f"), json::parse(text).value());

    ASSERT_FALSE(change) << text;
    EXPECT_EQ(change.error().code(), ErrorCode::InvalidArgument);
  }
}

TEST(FunctionChange, RefusesModulesItCannotFetch) {
  for (std::string_view module : {R"("oci://r.test")", R"("hello.wasm")", "1", R"("sha256:x")"}) {
    auto document = json::parse(R"({"module": )" + std::string(module) + "}").value();

    EXPECT_EQ(change_from_put(name("f"), document).error().code(), ErrorCode::InvalidArgument)
        << module;
  }
  EXPECT_FALSE(change_from_put(name("f"), json::parse("[]").value()));
  EXPECT_FALSE(change_from_patch(name("f"), json::parse("1").value()));
}

}  // namespace
}  // namespace rockpool::platform
