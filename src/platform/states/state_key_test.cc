#include "platform/states/state_key.h"

#include <gtest/gtest.h>

#include <string>

namespace rockpool::platform {
namespace {

// The key and what follows it; "?" if it is refused.
std::string parts(const std::string& path) {
  auto key = state_key(path);
  if (!key) return "?";
  return key->text + " " + path.substr(key->path_bytes);
}

TEST(StateKey, NamesTheStateBehindTheFunction) {
  EXPECT_EQ(parts("/@ann"), "ann ");
  EXPECT_EQ(parts("/@ann/add"), "ann /add");
  EXPECT_EQ(parts("/@A.b_c~d-9/add"), "A.b_c~d-9 /add");
}

TEST(StateKey, IsDecodedFirst) {
  EXPECT_EQ(parts("/%40ann/add"), "ann /add");
  EXPECT_EQ(parts("/@%61nn"), "ann ");
}

TEST(StateKey, IsEmptyIfNoneIsNamed) {
  EXPECT_EQ(parts(""), " ");
  EXPECT_EQ(parts("/"), " /");
  EXPECT_EQ(parts("/add"), " /add");
  EXPECT_EQ(parts("/add/@ann"), " /add/@ann");
}

TEST(StateKey, StandsByItselfToo) {
  EXPECT_EQ(parse_state_key("@ann").value(), "ann");
  EXPECT_EQ(parse_state_key("@").value(), "");
  for (const char* wrong : {"", "ann", "@a/b", "@@"}) EXPECT_FALSE(parse_state_key(wrong)) << wrong;
}

TEST(StateKey, HasOneTo128BytesThatNeedNoEscape) {
  EXPECT_EQ(parts("/@" + std::string(128, 'k')), std::string(128, 'k') + " ");
  EXPECT_EQ(parts("/@" + std::string(129, 'k')), "?");
  EXPECT_EQ(parts("/@"), "?");
  EXPECT_EQ(parts("/@/add"), "?");
  EXPECT_EQ(parts("/@a%2Fb"), "?");
  EXPECT_EQ(parts("/@a%20b"), "?");
  EXPECT_EQ(parts("/@\xc3\xa4"), "?");
  EXPECT_EQ(parts("/@@"), "?");
}

}  // namespace
}  // namespace rockpool::platform
