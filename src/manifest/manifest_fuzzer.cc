#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "manifest/function_manifest.h"
#include "manifest/server_settings.h"

namespace rockpool::manifest {
namespace {

constexpr std::string_view kSource = "fuzzed.toml";

void require(bool holds) {
  if (!holds) std::abort();
}

// An error says where it is.
void check_error(const Error& error) {
  require(error.message().starts_with(std::string(kSource) + ":"));
}

void check(std::string_view text) {
  if (auto functions = parse_manifest(text, kSource); functions) {
    for (const FunctionEntry& entry : *functions) {
      auto again = platform::settings_from_json(platform::to_json(entry.settings));
      require(again && *again == entry.settings);
      require(entry.line > 0);
    }
  } else {
    check_error(functions.error());
  }
  if (auto settings = parse_server_file(text, kSource); settings) {
    for (const auto& [name, value] : *settings) {
      // What was taken alone is taken again, but for halves of a pair.
      if (!name.contains("tls-"))
        require(merge_server_settings({}, {}, {{name, value}}).has_value());
    }
  } else {
    check_error(settings.error());
  }
}

}  // namespace
}  // namespace rockpool::manifest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rockpool::manifest::check({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
