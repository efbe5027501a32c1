#include "dialects/wess/uuid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rockpool::dialects::wess {
namespace {

TEST(Uuid, IsRandomOfVersionFour) {
  std::set<std::string> made;
  for (int i = 0; i < 100; ++i) made.insert(make_uuid());

  EXPECT_EQ(made.size(), 100U);
  for (const auto& uuid : made) {
    EXPECT_THAT(uuid, testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-"
                                            "[0-9a-f]+"));
    EXPECT_EQ(uuid.size(), 36U);
    EXPECT_TRUE(check_uuid(uuid));
  }
}

TEST(Uuid, IsReadInItsFourSpellings) {
  for (std::string_view good :
       {"67e55044-10b1-426f-9247-bb680e5fe0c8", "67E5504410B1426F9247BB680E5FE0C8",
        "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
        "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8"}) {
    EXPECT_TRUE(check_uuid(good)) << good;
  }
  for (std::string_view bad :
       {"", "abc", "67e55044-10b1-426f-9247-bb680e5fe0c", "67e55044+10b1-426f-9247-bb680e5fe0c8",
        "g7e5504410b1426f9247bb680e5fe0c8", "{}", "{"}) {
    EXPECT_FALSE(check_uuid(bad)) << bad;
  }
}

}  // namespace
}  // namespace rockpool::dialects::wess
