#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/function_name.h"
#include "base/result.h"
#include "json/value.h"

namespace rockpool::platform {

// What a function may do beyond answering its own requests. Nothing is granted unless it stands
// here.
struct Grants {
  // Functions that it may call: names, or beginnings of names with '*' behind them.
  std::vector<std::string> call;

  friend bool operator==(const Grants&, const Grants&) = default;
};

// The kinds of grants that this server knows, as members of the setting `grants`.
std::vector<std::string_view> grant_kinds();

bool may_call(const Grants& grants, const FunctionName& callee);

// {"call": ["other", "api-*"]}
json::Value to_json(const Grants& grants);
// Fails with unknown-field (a kind of grant that this server does not know) or invalid-argument.
Result<Grants> grants_from_json(const json::Value& value);

}  // namespace rockpool::platform
