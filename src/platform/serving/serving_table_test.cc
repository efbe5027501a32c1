#include "platform/serving/serving_table.h"

#include <gtest/gtest.h>

#include <string>

namespace rockpool::platform {
namespace {

FunctionName name(std::string_view text) {
  return FunctionName::parse(text).value();
}

std::shared_ptr<ServedVersion> served_version(std::string_view function_name,
                                              std::vector<std::string> routes = {},
                                              std::optional<Origin> origin = {}) {
  Version version{.digest = Digest::of("")};
  version.settings.routes = std::move(routes);
  Function function{.name = name(function_name), .origin = std::move(origin)};
  function.live = std::make_shared<const Version>(std::move(version));
  auto served = std::make_shared<ServedVersion>();
  served->function = std::make_shared<const Function>(std::move(function));
  return served;
}

class ServingTest : public testing::Test {
 protected:
  // The name of the function that a path leads to on a reactor, or the error's.
  std::string lead(std::size_t reactor, std::string_view path) {
    auto destination = serving_.route(reactor, "localhost", path);
    if (!destination) return std::string(name_of(destination.error().code()));
    return destination->function().name.text();
  }

  void publish(std::string_view function_name, std::shared_ptr<ServedVersion> served) {
    serving_.publish({{name(function_name), std::move(served)}});
  }

  async::Reactors reactors_{2, [] {}};
  ServingTable serving_{reactors_};
};

TEST_F(ServingTest, EveryReactorFollowsBeforeItsNextLookup) {
  EXPECT_EQ(lead(0, "/a"), "function-not-found");

  publish("a", served_version("a"));
  EXPECT_EQ(lead(0, "/a"), "a");

  publish("b", served_version("b"));
  publish("a", nullptr);
  EXPECT_EQ(lead(0, "/a"), "function-not-found");
  EXPECT_EQ(lead(1, "/a"), "function-not-found");
  EXPECT_EQ(lead(1, "/b/c"), "b");
}

TEST_F(ServingTest, RoutesPassBetweenFunctionsInOneChange) {
  serving_.publish(
      {{name("a"), served_version("a", {"/x"})}, {name("b"), served_version("b", {"/y"})}});
  EXPECT_EQ(lead(0, "/x"), "a");

  serving_.publish(
      {{name("a"), served_version("a", {"/y"})}, {name("b"), served_version("b", {"/x"})}});

  EXPECT_EQ(lead(0, "/x"), "b");
  EXPECT_EQ(lead(0, "/y"), "a");
  EXPECT_EQ(lead(1, "/x"), "b");
}

TEST_F(ServingTest, ADestinationOutlivesItsFunction) {
  publish("a", served_version("a", {"/a/:id"}));
  auto destination = serving_.route(0, "localhost", "/a/7").value();

  publish("a", nullptr);
  publish("b", served_version("b", {"/a/:id"}));

  EXPECT_EQ(lead(0, "/a/7"), "b");
  EXPECT_EQ(destination.function().name.text(), "a");
  ASSERT_EQ(destination.parameters.size(), 1U);
  EXPECT_EQ(destination.parameters[0].first, "id");
}

TEST_F(ServingTest, AVersionThatStaysKeepsWhatAReactorHasOfIt) {
  publish("a", served_version("a"));
  auto before = serving_.route(0, "localhost", "/a").value().local;

  publish("b", served_version("b"));

  EXPECT_EQ(serving_.route(0, "localhost", "/a").value().local, before);
  EXPECT_NE(serving_.route(1, "localhost", "/a").value().local, before);
}

TEST_F(ServingTest, WhatIsGoneIsLetGoOnceAllReactorsFollowed) {
  auto gone = served_version("a");
  std::weak_ptr<ServedVersion> watched = gone;
  publish("a", std::move(gone));
  lead(0, "/a");

  publish("a", nullptr);
  lead(0, "/a");
  lead(1, "/a");

  EXPECT_TRUE(watched.expired());
}

TEST_F(ServingTest, DialectsSeeTheirOwnFunctionsByTheirOwnNames) {
  publish("native", served_version("native"));
  publish("b", served_version("b", {}, Origin{"wess", "B!"}));
  publish("a", served_version("a", {}, Origin{"wess", "C?"}));
  publish("other", served_version("other", {}, Origin{"other", "B!"}));

  EXPECT_EQ(serving_.find(Origin{"wess", "B!"})->function->name.text(), "b");
  EXPECT_EQ(serving_.find(Origin{"wess", "native"}), nullptr);
  EXPECT_EQ(serving_.count("wess"), 2U);
  auto page = serving_.list("wess", "", 1);
  ASSERT_EQ(page.functions.size(), 1U);
  EXPECT_EQ(page.functions[0]->name.text(), "b");
  EXPECT_EQ(page.next, "B!");
  EXPECT_EQ(serving_.list("wess", page.next, 5).functions[0]->name.text(), "a");
}

TEST_F(ServingTest, AFunctionThatGoesLeavesItsDialect) {
  publish("a", served_version("a", {}, Origin{"wess", "A"}));

  publish("a", nullptr);

  EXPECT_EQ(serving_.find(Origin{"wess", "A"}), nullptr);
  EXPECT_EQ(serving_.count("wess"), 0U);
}

TEST_F(ServingTest, PagesGoOnBehindTheLastName) {
  for (std::string_view each : {"a", "b", "c"}) publish(each, served_version(each));

  auto first = serving_.list("", 2);
  auto last = serving_.list(first.next, 2);

  EXPECT_EQ(first.next, "b");
  ASSERT_EQ(last.functions.size(), 1U);
  EXPECT_EQ(last.functions[0]->name.text(), "c");
  EXPECT_EQ(last.next, "");
}

TEST_F(ServingTest, AFunctionIsReachedDirectlyWhateverItsRoutes) {
  publish("a", served_version("a", {"/elsewhere/:id"}));

  auto destination = serving_.destination_of(0, name("a"));

  ASSERT_TRUE(destination);
  EXPECT_EQ(destination->prefix_length, 0U);
  EXPECT_TRUE(destination->parameters.empty());
  EXPECT_FALSE(serving_.destination_of(0, name("b")));
}

}  // namespace
}  // namespace rockpool::platform
