#include "web/access/token_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace rockpool::web {
namespace {

class TokenFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tokens-XXXXXX").string();
    int file = mkstemp(pattern.data());
    ASSERT_GE(file, 0);
    close(file);
    path_ = pattern;
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void write(std::string_view content) const { std::ofstream(path_) << content; }

  std::filesystem::path path_;
};

TEST_F(TokenFileTest, HoldsATokenALine) {
  write("# operators\nann-token\r\n\n  bob-token  \nlast-without-newline");

  auto file = TokenFile::open(path_.string());

  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->accepts("ann-token"));
  EXPECT_TRUE((*file)->accepts("bob-token"));
  EXPECT_TRUE((*file)->accepts("last-without-newline"));
  EXPECT_FALSE((*file)->accepts(""));
  EXPECT_FALSE((*file)->accepts("ann-toke"));
  EXPECT_FALSE((*file)->accepts("# operators"));
}

TEST_F(TokenFileTest, RefusesAFileWithoutTokens) {
  write("# nobody\n\n");

  auto file = TokenFile::open(path_.string());

  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message().find(path_.string()), std::string::npos);
}

TEST(TokenFile, NamesTheFileThatIsMissing) {
  auto file = TokenFile::open("no-such-file");

  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message().find("no-such-file"), std::string::npos);
}

TEST_F(TokenFileTest, ReloadTakesTheNewTokensOrKeepsTheOld) {
  write("old\n");
  auto file = TokenFile::open(path_.string());
  ASSERT_TRUE(file);

  write("new\n");
  EXPECT_TRUE((*file)->reload());
  EXPECT_TRUE((*file)->accepts("new"));
  EXPECT_FALSE((*file)->accepts("old"));

  write("");
  EXPECT_FALSE((*file)->reload());
  EXPECT_TRUE((*file)->accepts("new"));
}

}  // namespace
}  // namespace rockpool::web
