#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rockpool::engine {

// How a request reaches a guest.
enum class Abi : std::uint8_t {
  Http,  // component exporting wasi:http/incoming-handler@0.2
  Cgi,   // RFC 3875 over WASI: core module with _start, or component exporting wasi:cli/run@0.2
  Argv,  // a command as for Cgi that takes text arguments as argv and answers with stdout; never
         // detected, only chosen
  Waverless,  // core module importing env.kv_set and its siblings
  Edge,       // core module exporting canonical_abi_realloc
  Json,   // exports of type (i32,i32)->(i32,i32), from text to text, beside memory and __heap_base
  Typed,  // exports of scalars, or of plain WIT types
};

std::string_view name_of(Abi abi);
std::optional<Abi> abi_of(std::string_view name);
std::span<const Abi> all_abis();
// Whether this server runs guests of that kind; the others are recognised and named, no more.
bool runs(Abi abi);

}  // namespace rockpool::engine
