#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "engine/module/wit_type_json.h"
#include "engine/values/typed_values.h"

namespace rockpool::engine {
namespace {

// Parameter lists that have every kind of type between them.
const std::vector<std::vector<Parameter>>& types() {
  static const std::vector<std::vector<Parameter>> kTypes = [] {
    std::vector<std::vector<Parameter>> all;
    for (std::string_view trees :
         {R"(["bool", "s8", "u16", "s32", "u64", "f32", "f64", "char", "string"])",
          R"([{"list": {"option": {"option": "u8"}}}, {"tuple": ["u8", {"list": "string"}]}])",
          R"([{"record": [["x", {"result": ["u8", null]}], ["y", {"enum": ["a", "b"]}]]}])",
          R"([{"list": {"variant": [["a", null], ["b", {"flags": ["r", "w"]}]]}}])"}) {
      std::vector<Parameter> parameters;
      json::Value types = json::parse(trees).value();
      for (const auto& tree : types)
        parameters.push_back({"", wit_type_from_json(tree, "type").value()});
      all.push_back(std::move(parameters));
    }
    return all;
  }();
  return kTypes;
}

// Arguments that are taken come back as JSON that is taken for the same bytes; bytes of any kind
// are refused or give JSON.
void check(const std::vector<Parameter>& parameters, std::string_view text) {
  std::vector<WitType> types;
  for (const Parameter& parameter : parameters) types.push_back(parameter.type);
  (void)decode_results(types, text);  // must only not crash
  auto bytes = encode_arguments(parameters, text);
  if (!bytes) {
    CHECK(bytes.error().code() == ErrorCode::BadArguments);
    return;
  }
  auto back = decode_results(types, *bytes);
  CHECK(back.has_value());
  auto again = encode_arguments(parameters, *back);
  CHECK(again.has_value() && *again == *bytes);
}

}  // namespace
}  // namespace rockpool::engine

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto& all = rockpool::engine::types();
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  rockpool::engine::check(all[data[0] % all.size()], text);
  return 0;
}
