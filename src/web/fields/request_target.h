#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rockpool::web {

// The segments between a path's slashes, as sent: "/a//b" gives "a", "", "b"; "/" gives none.
std::vector<std::string_view> path_segments(std::string_view path);

// The parameters of a query string, decoded; '+' is a space (as HTML forms write it).
class Query {
 public:
  // `text` is what follows '?'. Fails with invalid-argument on a broken escape.
  static Result<Query> parse(std::string_view text);

  // The first parameter of that name; "flag" and "flag=" both give an empty value.
  std::optional<std::string_view> find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& parameters() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace rockpool::web
