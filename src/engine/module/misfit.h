#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "engine/module/wit_type.h"
#include "json/value.h"

namespace rockpool::engine {

// Why a JSON value is none of a WIT type, and where within the argument: ".x[3]".
struct Misfit {
  std::string path;
  std::string text;
};

using Fit = std::expected<void, Misfit>;

std::unexpected<Misfit> misfit(std::string text);
// "expected u8, found string \"a\"".
std::unexpected<Misfit> mismatch(std::string_view expected, const json::Value& found);
std::unexpected<Misfit> mismatch(const WitType& expected, const json::Value& found);

// `fit` of a part, told by the whole that it stands in at `step`: ".x" or "[3]".
Fit within(std::string_view step, Fit fit);

// Values, names and types as they stand in messages: foreign and of any length, so cut.
inline constexpr std::size_t kExcerptBytes = 40;
inline constexpr std::size_t kTypeExcerptBytes = 160;
// At most `limit` bytes and a mark, not cut within a UTF-8 sequence.
std::string excerpt(std::string_view text, std::size_t limit);
std::string short_text(const WitType& type);
std::string describe(const json::Value& value);
// "; did you mean 'x'?", or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string> names);

}  // namespace rockpool::engine
