#include "engine/module/import_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/module/misfit.h"

namespace rockpool::engine {
namespace {

// The first rule that an import's module and name begin with is the one that counts.
struct Rule {
  std::string_view module;
  std::string_view name;
  std::string_view advice;
};

constexpr std::string_view kForEmscripten =
    "This is Emscripten's JavaScript glue: build with -sSTANDALONE_WASM and without JavaScript "
    "libraries, or with wasi-sdk.";
constexpr std::string_view kForWasmBindgen =
    "This is wasm-bindgen's JavaScript glue: build for wasm32-wasip1 or wasm32-wasip2, without "
    "wasm-bindgen.";
constexpr std::string_view kForGo =
    "This was built for JavaScript: build with GOOS=wasip1 GOARCH=wasm.";
constexpr std::string_view kForWaverless =
    "The host functions of waverless are not offered yet: use WASI instead.";
constexpr std::string_view kForInnerModule =
    "This is the core module of a component: make the component with 'wasm-tools component new', "
    "and deploy that.";
constexpr std::string_view kForThreads =
    "Threads are not offered: build without them (for example for wasm32-wasip1).";

constexpr auto kCoreRules = std::to_array<Rule>({
    {"wasi_snapshot_preview1", "sock_",
     "WASI 0.1 has no such socket function, it is an extension of another runtime: build as a "
     "component for WASI 0.2 to use sockets."},
    {"wasi_snapshot_preview1", "",
     "WASI 0.1 has no such function: rebuild with a current wasi-sdk or compiler."},
    {"wasi_unstable", "",
     "The first draft of WASI is served only as far as Wasmtime has it: rebuild for "
     "wasi_snapshot_preview1 (target wasm32-wasip1)."},
    {"wasi:", "", kForInnerModule},
    {"cm32p2", "", kForInnerModule},
    {"[export]", "", kForInnerModule},
    {"wasi", "thread-spawn", kForThreads},
    {"wasi_ephemeral_", "", "This draft of a WASI proposal is not offered: build without it."},
    {"wasmedge", "", "This is an extension of WasmEdge: build for plain WASI."},
    {"wbg", "", kForWasmBindgen},
    {"__wbindgen", "", kForWasmBindgen},
    {"gojs", "", kForGo},
    {"go", "runtime.", kForGo},
    {"go", "syscall/js.", kForGo},
    {"env", "emscripten_", kForEmscripten},
    {"env", "_emscripten_", kForEmscripten},
    {"env", "_embind_", kForEmscripten},
    {"env", "__syscall_", kForEmscripten},
    {"env", "invoke_", kForEmscripten},
    {"env", "kv_", kForWaverless},
    {"env", "abort",
     "This is what AssemblyScript calls on failure: compile with --use abort= or with "
     "@assemblyscript/wasi-shim."},
    {"env", "memory",
     "Guests bring their own memory: link without --import-memory (Emscripten: without "
     "-sIMPORTED_MEMORY)."},
    {"env", "__indirect_function_table",
     "Guests bring their own table: link without --import-table."},
    {"GOT.", "", "This is a dynamic library: link the module statically, without -shared."},
});

constexpr auto kComponentRules = std::to_array<Rule>({
    {"wasi:keyvalue/", "", "Guests are offered no key-value store yet: build without it."},
    {"wasi:messaging/", "", "Guests are offered no messaging yet: build without it."},
    {"wasi:blobstore/", "", "Guests are offered no blob store: build without it."},
    {"wasi:config/", "",
     "Configuration reaches guests as environment variables (wasi:cli/environment): set them with "
     "--env."},
    {"wasi:logging/", "",
     "What a guest writes to stderr is its log: write there instead of to wasi:logging."},
    {"wasi:clocks/timezone", "",
     "No time zones are offered: count in UTC with wasi:clocks/wall-clock."},
    {"wasi:nn/", "", "Guests are offered no neural networks: build without wasi:nn."},
    {"wasi:tls/", "", "Guests are offered no TLS of their own: use wasi:http/outgoing-handler."},
    {"wasi:http/incoming-handler", "",
     "Guests handle requests by exporting this interface; calling another handler is not offered: "
     "compose the two components with 'wac plug'."},
    {"wasi:", "", "This interface is not part of WASI 0.2 as it is offered: build without it."},
});

// Of "wasi:io/streams@0.3.0": "0.3.0".
std::string_view version_of(std::string_view interface) {
  std::size_t at = interface.find('@');
  return at == std::string_view::npos ? std::string_view() : interface.substr(at + 1);
}

template <std::size_t N>
const Rule* find_rule(const std::array<Rule, N>& rules, const Import& import) {
  const auto* found = std::ranges::find_if(rules, [&](const Rule& rule) {
    return import.module.starts_with(rule.module) && import.name.starts_with(rule.name);
  });
  return found == rules.end() ? nullptr : found;
}

std::string component_advice(const Import& import) {
  std::string_view version = version_of(import.module);
  if (import.module.starts_with("wasi:") && !version.empty()) {
    if (version.starts_with("0.3."))
      return "WASI 0.3 is not offered yet: build for WASI 0.2 (target wasm32-wasip2).";
    if (!version.starts_with("0.2.") || version.contains('-'))
      return "This draft of WASI is not offered: rebuild with tools for WASI 0.2.";
  }
  if (const Rule* rule = find_rule(kComponentRules, import)) return std::string(rule->advice);
  return "Compose the component with one that exports this (for example with 'wac plug'), or build "
         "without it.";
}

std::string core_advice(const Import& import) {
  if (const Rule* rule = find_rule(kCoreRules, import)) return std::string(rule->advice);
  // Emscripten shortens all names to a letter or two when it optimizes.
  if (import.module == "a" && import.name.size() <= 2) return std::string(kForEmscripten);
  if (import.module == "env" && import.type.starts_with("func")) {
    return "No library defines this function: link the one that does, and without "
           "--allow-undefined, so that the linker names what is missing; or deploy with --link "
           "env=NAME, the function whose module exports it.";
  }
  if (import.type.starts_with("func"))
    return fmt::format(
        "Guests are offered WASI 0.1 alone: build without this module, or deploy "
        "with --link {}=NAME, the function whose module exports it.",
        excerpt(import.module, kExcerptBytes));
  return fmt::format(
      "Guests bring their own memories, tables and globals: define it in the "
      "module, or deploy with --link {}=NAME, the function whose module exports it.",
      excerpt(import.module, kExcerptBytes));
}

}  // namespace

std::string import_advice(BinaryKind kind, const Import& import) {
  return kind == BinaryKind::Component ? component_advice(import) : core_advice(import);
}

}  // namespace rockpool::engine
