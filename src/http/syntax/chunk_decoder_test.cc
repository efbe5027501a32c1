#include "http/syntax/chunk_decoder.h"

#include <gtest/gtest.h>

#include <limits>

namespace rockpool::http {
namespace {

struct Decoded {
  std::string data;
  bool done = false;
  std::size_t consumed = 0;
};

// Feeds `text` in pieces of at most `piece` bytes, as a socket would.
Result<Decoded> decode(std::string_view text, std::size_t piece, std::size_t max_data) {
  ChunkDecoder decoder;
  Decoded decoded;
  for (std::size_t end = std::min(piece, text.size());; end = std::min(end + piece, text.size())) {
    for (;;) {
      std::string_view input = text.substr(decoded.consumed, end - decoded.consumed);
      ASSIGN_OR_RETURN(ChunkDecoder::Step step, decoder.next(input, max_data));
      decoded.consumed += step.consumed;
      decoded.data += step.data;
      decoded.done = step.done;
      if (step.done || step.consumed == 0) break;
    }
    if (decoded.done || end == text.size()) return decoded;
  }
}

Result<Decoded> decode(std::string_view text) {
  return decode(text, std::numeric_limits<std::size_t>::max() / 2, 1024);
}

TEST(ChunkDecoder, GivesTheSameHoweverTheBytesArrive) {
  std::string_view text =
      "5\r\nhello\r\n00B;name=value; q=\"x\"\r\n, and world\r\n0\r\nX-Trailer: 1\r\nY:\r\n\r\n";

  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    for (std::size_t max_data : {1, 3, 1024}) {
      auto decoded = decode(text, piece, max_data);

      ASSERT_TRUE(decoded) << piece << decoded.error().message();
      EXPECT_EQ(decoded->data, "hello, and world");
      EXPECT_TRUE(decoded->done);
      EXPECT_EQ(decoded->consumed, text.size());
    }
  }
}

TEST(ChunkDecoder, LeavesWhatFollowsTheBody) {
  auto decoded = decode("1\r\na\r\n0\r\n\r\nGET /");

  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->done);
  EXPECT_EQ(decoded->consumed, 11U);
}

TEST(ChunkDecoder, IsNotDoneBeforeTheLastByte) {
  std::string_view text = "1\r\na\r\n0\r\n\r\n";

  for (std::size_t size = 0; size < text.size(); ++size) {
    auto decoded = decode(text.substr(0, size));
    ASSERT_TRUE(decoded) << size;
    EXPECT_FALSE(decoded->done) << size;
  }
}

struct Case {
  const char* name;
  std::string text;
};

void PrintTo(const Case& shown, std::ostream* out) {
  *out << shown.name;
}

class RefusedChunks : public testing::TestWithParam<Case> {};

TEST_P(RefusedChunks, AreABadRequest) {
  auto decoded = decode(GetParam().text);

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(), ErrorCode::BadRequest);
}

INSTANTIATE_TEST_SUITE_P(
    Framing, RefusedChunks,
    testing::Values(Case{"NoSize", "\r\n\r\n"}, Case{"NoHex", "g\r\n"}, Case{"Negative", "-1\r\n"},
                    Case{"Prefix", "0x1\r\na\r\n"}, Case{"SpaceBefore", " 1\r\na\r\n"},
                    Case{"SpaceAfter", "1 \r\na\r\n"}, Case{"TooLarge", "1000000000000000\r\n"},
                    Case{"ManyZeros", "0000000000000000\r\n\r\n"},
                    Case{"BareLfAfterSize", "1\na\r\n"}, Case{"BareCrAfterSize", "1\ra\r\n"},
                    Case{"OnlyExtension", ";a\r\n"}, Case{"BareLfInExtension", "1;a\na\r\n"},
                    Case{"NulInExtension", std::string("1;\0\r\na\r\n", 8)},
                    Case{"LongerThanSaid", "1\r\nab\r\n"},
                    Case{"ShorterThanSaid", "3\r\na\r\n0\r\n\r\n"},
                    Case{"BareLfAfterData", "1\r\na\n0\r\n\r\n"}, Case{"BareLfAtEnd", "0\r\n\n"},
                    Case{"FoldedTrailer", "0\r\nA: b\r\n c\r\n\r\n"},
                    Case{"TrailerWithoutName", "0\r\n: b\r\n\r\n"},
                    Case{"SpaceBeforeColon", "0\r\nA : b\r\n\r\n"},
                    Case{"NoColonInTrailer", "0\r\nA\r\n\r\n"},
                    Case{"BareLfInTrailer", "0\r\nA: b\n\r\n"},
                    Case{"NulInTrailer", std::string("0\r\nA: \0\r\n\r\n", 11)}),
    [](const testing::TestParamInfo<Case>& info) { return info.param.name; });

TEST(ChunkDecoder, ExtensionsAreLimitedOverTheWholeBody) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "1;" + std::string(30, 'e') + "\r\na\r\n";

  auto decoded = decode(text + "0\r\n\r\n");

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(), ErrorCode::HeadersTooLarge);
}

TEST(ChunkDecoder, TrailersAreLimited) {
  auto decoded = decode("0\r\nA: " + std::string(20'000, 'b') + "\r\n\r\n");

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code(), ErrorCode::HeadersTooLarge);
}

TEST(ChunkDecoder, ManySmallChunksWithoutExtensionsAreFine) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "1\r\na\r\n";

  auto decoded = decode(text + "0\r\n\r\n");

  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->data.size(), 50'000U);
}

}  // namespace
}  // namespace rockpool::http
