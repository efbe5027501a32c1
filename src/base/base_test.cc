#include <gtest/gtest.h>

#include <array>
#include <set>

#include "base/check.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/function_name.h"
#include "base/result.h"
#include "base/units.h"
#include "base/utf8.h"

namespace rockpool {
namespace {

TEST(ErrorCode, NamesAreUniqueAndFoundAgain) {
  std::set<std::string_view> names;

  for (const ErrorCodeRow& row : error_codes()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(error_code_of(row.name), row.code);
    EXPECT_GE(row.status, 400);
  }
}

TEST(FunctionName, TakesWhatTheRuleAllowsAndNothingElse) {
  for (std::string_view good : {"a", "a-b", "a_b", "0", "hello-2"})
    EXPECT_TRUE(FunctionName::parse(good)) << good;
  for (std::string_view bad : {"", "-a", "a-", "A", "a.b", "a/b", "_a", "a b"}) {
    EXPECT_EQ(FunctionName::parse(bad).error().code(), ErrorCode::NameInvalid) << bad;
  }
  EXPECT_TRUE(FunctionName::parse(std::string(63, 'a')));
  EXPECT_FALSE(FunctionName::parse(std::string(64, 'a')));
}

TEST(FunctionName, IsDerivedFromAFilesStem) {
  EXPECT_EQ(FunctionName::derive("dir/Hello World.wasm")->text(), "hello-world");
  EXPECT_EQ(FunctionName::derive("_x_.wasm")->text(), "x");
  EXPECT_EQ(FunctionName::derive("my.tool.wasm")->text(), "my-tool");
  EXPECT_FALSE(FunctionName::derive("___.wasm"));
}

TEST(Digest, IsSha256AndReadsWhatItWrites) {
  auto digest = Digest::of("abc");

  // FIPS 180-4's example for "abc".
  EXPECT_EQ(digest.text(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(*Digest::parse(digest.text()), digest);
  EXPECT_FALSE(Digest::parse("sha256:BA"));
}

TEST(Hmac, MatchesRfc4231) {
  auto mac = hmac_sha256("Jefe", "what do ya want for nothing?");

  EXPECT_EQ(to_hex({reinterpret_cast<const char*>(mac.data()), mac.size()}),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Units, DurationsAndBytesReadWhatTheyWrite) {
  for (std::string_view text : {"30s", "250ms", "5m", "2h", "7us", "0s"}) {
    EXPECT_EQ(format_duration(*parse_duration(text)), text);
  }
  for (std::string_view text : {"128MiB", "64KiB", "512", "1GiB", "0"})
    EXPECT_EQ(format_bytes(*parse_bytes(text)), text);
  for (std::string_view bad :
       {"", "s", "5", "-1s", "1.5s", "5 s", "99999999999999999999s", "9223372036854775807d"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
  for (std::string_view bad : {"", "MiB", "1mib", "-1", "99999999999GiB"})
    EXPECT_FALSE(parse_bytes(bad)) << bad;
}

TEST(Units, NearestFindsTypingErrorsOnly) {
  std::array<std::string_view, 3> known = {"memory", "wall", "cpu"};

  EXPECT_EQ(nearest("memroy", known), "memory");
  EXPECT_EQ(nearest("wal", known), "wall");
  EXPECT_EQ(nearest("elephant", known), "");
}

TEST(Clock, Rfc3339ReadsWhatItWrites) {
  auto time = parse_rfc3339("2026-02-28T23:59:59.125+02:00");

  ASSERT_TRUE(time);
  EXPECT_EQ(format_rfc3339(*time), "2026-02-28T21:59:59.125Z");
  for (std::string_view bad :
       {"", "2026-02-30T00:00:00Z", "2026-02-28", "2026-02-28T25:00:00Z", "2026-02-28T00:00:00"}) {
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
  }
}

TEST(Check, ThrowsABugThatNamesThePlace) {
  try {
    CHECK(1 == 2, "arithmetic");
    FAIL();
  } catch (const Bug& bug) {
    EXPECT_NE(std::string(bug.what()).find("base_test.cc"), std::string::npos);
    EXPECT_NE(std::string(bug.what()).find("arithmetic"), std::string::npos);
  }
}

TEST(Utf8, KnowsWellFormedText) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"));
}

TEST(Utf8, RefusesOverlongSurrogatesAndCutSequences) {
  for (const char* text : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff",
                           "\xe2\x82", "a\x80", "\xf8\x88\x80\x80\x80", "\xc3("}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Utf8, AnUnfinishedCharacterIsNoPartOfThePrefix) {
  EXPECT_EQ(utf8_prefix("a\xe2\x82\xac"), 4U);
  EXPECT_EQ(utf8_prefix("a\xe2\x82"), 1U);
  EXPECT_EQ(utf8_prefix("\xff"), 0U);
}

}  // namespace
}  // namespace rockpool
