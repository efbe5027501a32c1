#include "platform/functions/origin_name.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rockpool::platform {
namespace {

std::string name_for(const std::string& foreign, const std::set<std::string>& taken = {}) {
  auto is_free = [&taken](const FunctionName& name) { return !taken.contains(name.text()); };
  return origin_name({"wess", foreign}, is_free).text();
}

TEST(OriginName, IsDerivedAsThatOfAFile) {
  EXPECT_EQ(name_for("My Function"), "my-function");
  EXPECT_EQ(name_for("0b9c3a52-1f1e-4d5a-9a66-0c0f3a1f6d11"),
            "0b9c3a52-1f1e-4d5a-9a66-0c0f3a1f6d11");
}

TEST(OriginName, IsTheDialectsWhereNothingIsLeft) {
  EXPECT_EQ(name_for("!!!"), "wess");
  EXPECT_EQ(name_for(""), "wess");
}

TEST(OriginName, IsNumberedIfTaken) {
  EXPECT_EQ(name_for("f", {"f"}), "f-2");
  EXPECT_EQ(name_for("f", {"f", "f-2", "f-3"}), "f-4");
}

TEST(OriginName, StaysWithinItsLength) {
  std::string longest(63, 'a');

  EXPECT_EQ(name_for(std::string(80, 'a')), longest);
  EXPECT_EQ(name_for(std::string(80, 'a'), {longest}), std::string(61, 'a') + "-2");
}

TEST(OriginName, IsFoundWithinAFewTriesHoweverManyAreTaken) {
  int tries = 0;
  auto only_long_ones = [&tries](const FunctionName& name) {
    ++tries;
    return name.text().size() > 8;
  };

  auto name = origin_name({"wess", "f"}, only_long_ones);

  EXPECT_LE(tries, 10);
  EXPECT_NE(name, origin_name({"wess", "F"}, only_long_ones));
}

}  // namespace
}  // namespace rockpool::platform
