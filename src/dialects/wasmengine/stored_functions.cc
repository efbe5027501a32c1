#include "dialects/wasmengine/stored_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "json/value.h"

namespace rockpool::dialects::wasmengine {
namespace {

namespace fs = std::filesystem;

Result<std::string> text_of(const json::Value& entry, const char* name) {
  auto found = entry.find(name);
  if (found != entry.end() && found->is_string()) return found->get<std::string>();
  return fail(ErrorCode::InvalidArgument, fmt::format("{}: must be a text", name));
}

Result<StoredFunction> read_entry(const json::Value& entry, const fs::path& folder) {
  if (!entry.is_object()) return fail(ErrorCode::InvalidArgument, "must be an object");
  StoredFunction function;
  ASSIGN_OR_RETURN(function.request.function_name, text_of(entry, "func_name"));
  ASSIGN_OR_RETURN(function.request.function_image, text_of(entry, "func_image_name"));
  ASSIGN_OR_RETURN(fs::path path, text_of(entry, "func_local_path"));
  auto wasi_cap = entry.find("wasi_cap");
  if (wasi_cap == entry.end() || !wasi_cap->is_boolean()) {
    return fail(ErrorCode::InvalidArgument, "wasi_cap: must be true or false");
  }
  function.request.wasi_cap = wasi_cap->get<bool>();
  std::error_code ignored;
  auto copy = folder / function.request.function_name / path.filename();
  function.file = fs::exists(copy, ignored) ? copy : path;
  return function;
}

}  // namespace

Result<std::vector<StoredFunction>> read_stored_functions(const fs::path& folder) {
  auto path = folder / "persist.json";
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::NotFound, fmt::format("can't read {}; name the folder that WasmEngine "
                                                 "keeps its functions in",
                                                 path.string()));
  }
  std::string text{std::istreambuf_iterator<char>(file), {}};
  auto wrong = [&path](std::string_view why) {
    return fail(ErrorCode::InvalidArgument, fmt::format("{}: {}", path.string(), why));
  };
  auto document = json::parse(text);
  if (!document) return wrong(document.error().message());
  if (!document->is_object()) return wrong("must be an object of functions by name");
  std::vector<StoredFunction> functions;
  for (const auto& [name, entry] : document->items()) {
    auto function = read_entry(entry, folder);
    if (!function) return wrong(fmt::format("{}: {}", name, function.error().message()));
    functions.push_back(*std::move(function));
  }
  std::ranges::sort(functions, {},
                    [](const StoredFunction& function) { return function.request.function_name; });
  return functions;
}

}  // namespace rockpool::dialects::wasmengine
