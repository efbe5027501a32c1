#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "registry/access/challenge.h"
#include "registry/images/image_files.h"
#include "registry/images/image_manifest.h"
#include "registry/images/image_reference.h"
#include "registry/signature.h"

namespace rockpool::registry {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_reference(std::string_view text) {
  auto reference = parse_image_reference(text);
  if (!reference) return;
  auto again = parse_image_reference(reference->text());
  require(again && *again == *reference);
}

void check_document(std::string_view text) {
  auto document = parse_image_document(text, "application/vnd.oci.image.manifest.v1+json");
  if (!document) return;
  if (const auto* index = std::get_if<ImageIndex>(&*document)) {
    (void)choose_manifest(*index);  // any outcome, but no crash
  } else {
    (void)choose_layers(std::get<ImageManifest>(*document));  // the same
  }
}

void check_layer(std::string_view blob, Compression compression) {
  ImageReference image{.host = "h", .repository = "r", .tag = "", .digest = {}, .file = ""};
  constexpr std::uint64_t kMaxModule = 1 << 20;
  ImageFiles files(image, kMaxModule);
  ExpansionBudget budget({.expanded_bytes = 16 << 20, .files = 1000});
  auto layer = open_layer(blob, compression, budget);
  if (!layer || !files.add_layer(**layer)) return;
  auto module = files.take();
  require(!module || module->size() <= kMaxModule);
}

void check(std::string_view text) {
  if (text.empty()) return;
  std::string_view rest = text.substr(1);
  switch (text.front() % 6) {
    case 0:
      check_reference(rest);
      break;
    case 1:
      check_document(rest);
      break;
    case 2:
      (void)parse_challenges(rest);  // whatever it gives
      break;
    case 3:
      check_layer(rest, Compression::Gzip);
      break;
    case 4:
      check_layer(rest, Compression::Zstd);
      break;
    default:
      check_layer(rest, Compression::None);
  }
}

}  // namespace
}  // namespace rockpool::registry

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rockpool::registry::check({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
