#include "platform/functions/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::platform {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

FunctionName name(std::string_view text) {
  return FunctionName::parse(text).value();
}

// Functions as they are live, by name.
class Functions {
 public:
  // Its module imports from `imports`, and is pinned to what the links lead to now.
  void deploy(std::string_view text, std::uint64_t version,
              const std::map<std::string, FunctionName>& links = {}) {
    auto inspection = importer(links);
    auto pinned = pin_links(name(text), inspection, links, finder());
    ASSERT_TRUE(pinned) << pinned.error().error.to_string();
    Version live{.number = version,
                 .digest = Digest::of(std::string(text) + std::to_string(version)),
                 .abi = engine::Abi::Typed};
    live.links = pinned->links;
    Function function{.name = name(text)};
    function.live = std::make_shared<const Version>(std::move(live));
    function.inspection = std::make_shared<const engine::Inspection>(std::move(inspection));
    all_[name(text)] = std::make_shared<const Function>(std::move(function));
  }

  DeployResult<PinnedLinks> pin(std::string_view text,
                                const std::map<std::string, FunctionName>& links) const {
    return pin_links(name(text), importer(links), links, finder());
  }

  static engine::Inspection importer(const std::map<std::string, FunctionName>& links) {
    engine::Inspection inspection;
    for (const auto& [import, target] : links)
      inspection.imports.push_back({.module = import, .name = "f", .type = "func ()"});
    return inspection;
  }

 private:
  FindFunction finder() const {
    return [this](const FunctionName& wanted) {
      auto found = all_.find(wanted);
      return found == all_.end() ? nullptr : found->second;
    };
  }

  std::map<FunctionName, std::shared_ptr<const Function>> all_;
};

std::vector<std::string> names_of(const ResolvedLinks& links) {
  std::vector<std::string> names;
  for (const LinkedFunction& function : links.functions)
    names.push_back(function.name.text() + "@" + std::to_string(function.version));
  return names;
}

TEST(PinLinks, WithoutLinksThereIsNothing) {
  EXPECT_EQ(Functions().pin("a", {})->links, ResolvedLinks());
}

TEST(PinLinks, ModulesStandBehindThoseThatTheyNeed) {
  Functions functions;
  functions.deploy("c", 3);
  functions.deploy("b", 2, {{"env", name("c")}});

  auto pinned = functions.pin("a", {{"x", name("b")}});

  ASSERT_TRUE(pinned);
  EXPECT_THAT(names_of(pinned->links), ElementsAre("c@3", "b@2"));
  EXPECT_EQ(pinned->links.own, (std::vector<engine::Link>{{"x", 1}}));
  EXPECT_EQ(pinned->links.functions[1].module.links, (std::vector<engine::Link>{{"env", 0}}));
}

TEST(PinLinks, AModuleThatIsReachedTwiceIsThereOnce) {
  Functions functions;
  functions.deploy("d", 1);
  functions.deploy("c", 1, {{"env", name("d")}});
  functions.deploy("b", 1, {{"env", name("d")}});

  auto pinned = functions.pin("a", {{"b", name("b")}, {"c", name("c")}, {"d", name("d")}});

  ASSERT_TRUE(pinned);
  EXPECT_THAT(names_of(pinned->links), ElementsAre("d@1", "b@1", "c@1"));
  EXPECT_EQ(pinned->links.own, (std::vector<engine::Link>{{"b", 1}, {"c", 2}, {"d", 0}}));
}

TEST(PinLinks, ALinkedModuleKeepsWhatItIsPinnedTo) {
  Functions functions;
  functions.deploy("c", 1);
  functions.deploy("b", 1, {{"env", name("c")}});
  functions.deploy("c", 2);

  auto pinned = functions.pin("a", {{"b", name("b")}, {"c", name("c")}});

  ASSERT_TRUE(pinned);
  EXPECT_THAT(names_of(pinned->links), ElementsAre("c@1", "b@1", "c@2"));
}

TEST(PinLinks, NothingIsLinkedToItself) {
  Functions functions;
  functions.deploy("a", 1);
  functions.deploy("b", 1, {{"env", name("a")}});

  auto itself = functions.pin("a", {{"env", name("a")}});
  auto around = functions.pin("a", {{"env", name("b")}});

  EXPECT_THAT(itself.error().error.message(), HasSubstr("'a' is this function itself"));
  EXPECT_THAT(around.error().error.message(), HasSubstr("'a' would be linked to itself"));
}

TEST(PinLinks, ALinkLeadsToAFunctionAndIsImported) {
  Functions functions;
  functions.deploy("b", 1);
  std::map<std::string, FunctionName> links = {{"env", name("b")}};

  auto nobody = functions.pin("a", {{"env", name("nobody")}});
  auto not_imported = pin_links(name("a"), Functions::importer({{"other", name("b")}}), links,
                                [](const FunctionName&) { return nullptr; });

  EXPECT_EQ(nobody.error().error.code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(nobody.error().error.message(), HasSubstr("no function 'nobody'"));
  EXPECT_THAT(not_imported.error().error.message(), HasSubstr("imports nothing of 'env'"));
}

TEST(PinLinks, SixteenModulesAreTheMost) {
  Functions functions;
  functions.deploy("f0", 1);
  for (int i = 1; i < 16; ++i) {
    functions.deploy("f" + std::to_string(i), 1, {{"env", name("f" + std::to_string(i - 1))}});
  }

  auto pinned = functions.pin("a", {{"env", name("f15")}});
  functions.deploy("f16", 1, {{"env", name("f15")}});
  auto too_many = functions.pin("a", {{"env", name("f16")}});

  EXPECT_TRUE(pinned);
  EXPECT_EQ(too_many.error().error.code(), ErrorCode::InvalidArgument);
}

TEST(LinkOrder, EachStandsBehindThoseThatItNames) {
  auto order = link_order(
      {{name("a"), {name("c"), name("elsewhere")}}, {name("b"), {}}, {name("c"), {name("b")}}});

  EXPECT_THAT(order.value(), ElementsAre(1, 2, 0));
}

TEST(LinkOrder, ACircleHasNone) {
  auto order = link_order({{name("a"), {name("b")}}, {name("b"), {name("a")}}});

  EXPECT_EQ(order.error().code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace rockpool::platform
