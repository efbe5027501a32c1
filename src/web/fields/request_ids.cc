#include "web/fields/request_ids.h"

#include <algorithm>
#include <cstring>

#include "base/digest.h"

namespace rockpool::web {
namespace {

constexpr std::size_t kTraceIdDigits = 32;
constexpr std::size_t kParentIdDigits = 16;
// "00-" trace id "-" parent id "-" flags
constexpr std::size_t kTraceparentSize = 3 + kTraceIdDigits + 1 + kParentIdDigits + 3;

std::uint64_t random_number() {
  std::string bytes = random_bytes(sizeof(std::uint64_t));
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

// The finaliser of SplitMix64: a bijection, so different counts give different ids.
std::uint64_t scramble(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

void append_hex(std::string& to, std::uint64_t number) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) to += kDigits[(number >> shift) & 15];
}

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view digits) {
  return digits.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

RequestIds::RequestIds(std::size_t reactors) : sequences_(reactors) {
  // Reactors share one range of numbers, each taking every n-th, so that none meets another's.
  std::uint64_t start = random_number();
  for (std::size_t i = 0; i < reactors; ++i) sequences_[i].next = start + i;
}

std::uint64_t RequestIds::next_number(std::size_t reactor) {
  auto& sequence = sequences_[reactor];
  std::uint64_t count = sequence.next;
  sequence.next += sequences_.size();
  return scramble(count);
}

std::string RequestIds::next(std::size_t reactor) {
  // Crockford's base 32: no letters that look alike.
  static constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::uint64_t number = next_number(reactor);
  std::string id(13, '0');
  for (char& digit : id) {
    digit = kDigits[number & 31];
    number >>= 5;
  }
  return id;
}

std::string RequestIds::next_traceparent(std::size_t reactor) {
  std::string text;
  text.reserve(kTraceparentSize);
  text += "00-";
  append_hex(text, next_number(reactor));
  append_hex(text, next_number(reactor));
  text += '-';
  append_hex(text, next_number(reactor) | 1);  // must not be zero
  text += "-00";
  return text;
}

bool is_request_id(std::string_view text) {
  static constexpr std::size_t kMaxSize = 128;
  return !text.empty() && text.size() <= kMaxSize && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  });
}

bool is_traceparent(std::string_view text) {
  if (text.size() < kTraceparentSize) return false;
  std::string_view version = text.substr(0, 2);
  std::string_view trace = text.substr(3, kTraceIdDigits);
  std::string_view parent = text.substr(4 + kTraceIdDigits, kParentIdDigits);
  std::string_view flags = text.substr(kTraceparentSize - 2, 2);
  if (text[2] != '-' || text[3 + kTraceIdDigits] != '-' || text[kTraceparentSize - 3] != '-') {
    return false;
  }
  if (!is_lower_hex(version) || !is_lower_hex(trace) || !is_lower_hex(parent) ||
      !is_lower_hex(flags) || version == "ff" || is_zero(trace) || is_zero(parent)) {
    return false;
  }
  // Later versions may append fields; version 00 has none.
  if (text.size() == kTraceparentSize) return true;
  return version != "00" && text[kTraceparentSize] == '-';
}

std::string_view trace_id_of(std::string_view traceparent) {
  return traceparent.substr(3, kTraceIdDigits);
}

}  // namespace rockpool::web
