#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client/client.h"

namespace rockpool::registry {

// One way in that a server names in a WWW-Authenticate field (RFC 9110 section 11).
struct Challenge {
  std::string scheme;      // in lower case: "basic", "bearer"
  http::FieldList values;  // names in lower case

  // Empty if there is none of that name.
  std::string_view value(std::string_view name) const;
};

// Those of all WWW-Authenticate fields; what can't be read is left out.
std::vector<Challenge> challenges_of(const http::ClientResponse& response);
std::vector<Challenge> parse_challenges(std::string_view text);

}  // namespace rockpool::registry
