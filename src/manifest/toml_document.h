#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace rockpool::manifest {

// A key of a TOML document, with what it is and where it stands.
struct TomlEntry {
  std::string key;
  int line = 0;
  json::Value value;                // the whole of it, tables and arrays included
  std::vector<TomlEntry> children;  // of a table, in the order of their lines
};

// The top-level entries of a TOML 1.0 document. `source` names it in errors. Fails with
// invalid-argument on anything else, and on dates and times, which no setting has.
Result<std::vector<TomlEntry>> parse_toml(std::string_view text, std::string_view source);

// An error with "SOURCE:LINE: " before its message.
Error at_line(std::string_view source, int line, const Error& error);

}  // namespace rockpool::manifest
