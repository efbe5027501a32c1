#include "platform/functions/route_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace rockpool::platform {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const Function> function(std::string_view name,
                                         std::vector<std::string> routes = {}) {
  Version version{.digest = Digest::of("")};
  version.settings.routes = std::move(routes);
  Function made{.name = FunctionName::parse(name).value()};
  made.live = std::make_shared<const Version>(std::move(version));
  return std::make_shared<const Function>(std::move(made));
}

TEST(RouteBook, ARouteHasOneOwner) {
  RouteBook book;
  ASSERT_TRUE(book.take({{nullptr, function("a", {"/x/:one"})}}));

  auto taken = book.take({{nullptr, function("b", {"/y", "/x/:other"})}});

  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), ErrorCode::RouteTaken);
  EXPECT_THAT(taken.error().message(), HasSubstr("'a' and 'b'"));
}

TEST(RouteBook, WhatFailsTakesNothing) {
  RouteBook book;
  ASSERT_TRUE(book.take({{nullptr, function("a")}}));

  ASSERT_FALSE(book.take({{nullptr, function("b", {"/y", "/a/*"})}}));

  EXPECT_TRUE(book.take({{nullptr, function("c", {"/y"})}}));
  EXPECT_FALSE(book.take({{nullptr, function("d", {"/a/*"})}}));
}

TEST(RouteBook, ARoutePassesOnInOneChange) {
  RouteBook book;
  auto a = function("a", {"/x"});
  auto b = function("b", {"/y"});
  ASSERT_TRUE(book.take({{nullptr, a}, {nullptr, b}}));

  EXPECT_TRUE(book.take({{a, function("a", {"/y"})}, {b, function("b", {"/x"})}}));
  EXPECT_FALSE(book.take({{nullptr, function("c", {"/x"})}}));
}

TEST(RouteBook, ADeletedFunctionsRouteIsFree) {
  RouteBook book;
  auto a = function("a");
  ASSERT_TRUE(book.take({{nullptr, a}}));

  ASSERT_TRUE(book.take({{a, nullptr}}));

  EXPECT_TRUE(book.take({{nullptr, function("b", {"/a/*"})}}));
}

TEST(RouteBook, GivingBackBringsTheFormerOwnersBack) {
  RouteBook book;
  auto a = function("a", {"/x"});
  std::vector<FunctionStep> change = {{a, function("a", {"/y"})}};
  ASSERT_TRUE(book.take({{nullptr, a}}));
  ASSERT_TRUE(book.take(change));

  book.give_back(change);

  EXPECT_FALSE(book.take({{nullptr, function("b", {"/x"})}}));
  EXPECT_TRUE(book.take({{nullptr, function("b", {"/y"})}}));
}

}  // namespace
}  // namespace rockpool::platform
