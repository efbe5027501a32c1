#include "dialects/wasmengine/function_entry.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/module/abi.h"
#include "registry/access/docker_hub.h"

namespace rockpool::dialects::wasmengine {
namespace {

constexpr std::string_view kImageLabel = "wasmengine.image";

engine::Abi abi_of(bool wasi_cap) {
  return wasi_cap ? engine::Abi::Argv : engine::Abi::Json;
}

// Whether the text before the first slash is a host, as docker tells it from a repository.
bool is_host(std::string_view text) {
  return text == "localhost" || text.find_first_of(".:") != std::string_view::npos;
}

// A text as Rust's Debug writes it; what is not ASCII stays as it is.
std::string rust_debug(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else if (c == '\0') {
      result += "\\0";
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\u{{{:x}}}", byte);
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace

FunctionEntry entry_of(const platform::Function& function) {
  const auto& labels = function.live->settings.labels;
  auto image = labels.find(std::string(kImageLabel));
  return {.function_name = function.origin->name,
          .image = image == labels.end() ? std::string() : image->second,
          .wasi_cap = function.live->abi != engine::Abi::Json};
}

Result<registry::ImageReference> image_of(std::string_view function_image) {
  std::string text(registry::kImageScheme);
  auto slash = function_image.find('/');
  bool has_host = slash != std::string_view::npos && is_host(function_image.substr(0, slash));
  if (!has_host) text += fmt::format("{}/", registry::kHub);
  text += function_image;
  return registry::parse_image_reference(text);
}

json::Value settings_patch(const DeployRequest& request) {
  json::Value labels = {{std::string(kImageLabel), request.function_image}};
  return {{"abi", engine::name_of(abi_of(request.wasi_cap))}, {"labels", std::move(labels)}};
}

Result<void> check_module(const DeployRequest& request, const engine::Inspection& module) {
  auto abi = abi_of(request.wasi_cap);
  if (std::ranges::find(module.possible_abis, abi) == module.possible_abis.end()) {
    return fail(ErrorCode::NoEntryPoint,
                request.wasi_cap ? "the module is no WASI command: it has no `_start`"
                                 : "the module has no function (i32, i32) -> (i32, i32), `memory` "
                                   "and `__heap_base`; WASI commands need wasi_cap");
  }
  if (request.wasi_cap) return {};
  for (const auto& exported : module.typed_exports) {
    bool fits = exported.name == request.function_name;
    if (fits && engine::is_callable(exported, engine::Abi::Json)) return {};
  }
  return fail(ErrorCode::NoEntryPoint,
              fmt::format("the module does not export a function `{}` (i32, i32) -> (i32, i32)",
                          request.function_name));
}

std::string list_text(std::span<const FunctionEntry> entries) {
  std::string list;
  for (const auto& entry : entries) {
    if (!list.empty()) list += ", ";
    list += fmt::format("{{func_name: {}, func_image_name: {}, wasi_cap: {}}}", entry.function_name,
                        entry.image, entry.wasi_cap);
  }
  return fmt::format("all deployed function info: [{}]\n", list);
}

std::string query_text(const FunctionEntry& entry) {
  auto path = fmt::format("/var/lib/wasmengine/functions/{0}/{0}.wasm", entry.function_name);
  return fmt::format(
      "queried function info: FunctionEntry {{ func_name: {}, func_image_name: {}, "
      "func_local_path: {}, wasi_cap: {} }}\n",
      rust_debug(entry.function_name), rust_debug(entry.image), rust_debug(path), entry.wasi_cap);
}

}  // namespace rockpool::dialects::wasmengine
