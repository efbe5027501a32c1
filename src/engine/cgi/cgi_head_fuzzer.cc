#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "engine/cgi/cgi.h"

namespace rockpool::engine {
namespace {

bool has_control(std::string_view text) {
  for (char c : text)
    if (c == '\r' || c == '\n' || c == '\0') return true;
  return false;
}

// The head of an answer fed in two pieces, and how many bytes it took; none if it was refused.
struct Parsed {
  CgiHead head;
  std::size_t taken = 0;
};

std::optional<Parsed> parse(std::string_view first, std::string_view second) {
  CgiHeadParser parser;
  std::size_t taken = 0;
  for (std::string_view piece : {first, second}) {
    auto fed = parser.feed(piece);
    if (!fed) return std::nullopt;
    CHECK(*fed <= piece.size());
    taken += *fed;
  }
  if (!parser.end()) return std::nullopt;
  return Parsed{parser.take_head(), taken};
}

// However an answer is cut, it gives the same head, with nothing in it that could begin a line.
void check(std::string_view answer, std::size_t cut) {
  auto whole = parse(answer, {});
  auto pieces = parse(answer.substr(0, cut), answer.substr(cut));
  CHECK(whole.has_value() == pieces.has_value());
  if (!whole) return;
  CHECK(whole->taken == pieces->taken && whole->head.headers == pieces->head.headers);
  CHECK(whole->head.status >= 200 && whole->head.status <= 599 && !has_control(whole->head.reason));
  for (const auto& [name, value] : whole->head.headers)
    CHECK(!name.empty() && !has_control(name) && !has_control(value));
  if (whole->head.local_redirect) CHECK(whole->head.local_redirect->starts_with('/'));
}

}  // namespace
}  // namespace rockpool::engine

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view answer(reinterpret_cast<const char*>(data) + 1, size - 1);
  rockpool::engine::check(answer, answer.empty() ? 0 : data[0] % answer.size());
  return 0;
}
