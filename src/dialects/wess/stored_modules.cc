#include "dialects/wess/stored_modules.h"

#include "store/foreign_database.h"

namespace rockpool::dialects::wess {

Result<void> read_stored_modules(const std::filesystem::path& folder, const OnStoredModule& see) {
  // Where Wess keeps it below its working directory.
  auto below = folder / "rocksdb" / "prod";
  std::error_code ignored;
  bool is_below = std::filesystem::exists(below / "CURRENT", ignored);
  return store::read_foreign_database(is_below ? below : folder,
                                      [&see](std::string_view key, std::string_view value) {
                                        return see(std::string(key), parse_module(value));
                                      });
}

}  // namespace rockpool::dialects::wess
