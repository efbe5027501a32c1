#include "registry/images/image_reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/syntax/host_header.h"
#include "registry/access/docker_hub.h"

namespace rockpool::registry {
namespace {

constexpr std::string_view kLatest = "latest";
constexpr std::size_t kMaxRepository = 255;
constexpr std::size_t kMaxTag = 128;
constexpr std::size_t kMaxFile = 1024;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_separator(std::string_view text) {
  return text == "." || text == "_" || text == "__" ||
         (!text.empty() && std::ranges::all_of(text, [](char c) { return c == '-'; }));
}

// [a-z0-9]+ parts with ".", "_", "__" or dashes between them (distribution spec, <name>).
bool is_path_component(std::string_view text) {
  if (text.empty() || !is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_alphanumeric(text[end]) == is_alphanumeric(text[at])) ++end;
    if (!is_alphanumeric(text[at]) && !is_separator(text.substr(at, end - at))) return false;
    at = end;
  }
  return true;
}

bool is_repository(std::string_view text) {
  if (text.size() > kMaxRepository) return false;
  for (;;) {
    auto slash = text.find('/');
    if (!is_path_component(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

bool is_tag(std::string_view text) {
  auto fits = [](char c) {
    return is_alphanumeric(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= kMaxTag && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text, fits);
}

bool is_file(std::string_view text) {
  auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.empty() && text.size() <= kMaxFile && std::ranges::none_of(text, is_control);
}

// Cuts what follows the last `mark` off `text`; empty if there is none.
std::optional<std::string_view> cut(std::string_view& text, std::size_t mark) {
  if (mark == std::string_view::npos) return std::nullopt;
  auto after = text.substr(mark + 1);
  text = text.substr(0, mark);
  return after;
}

}  // namespace

std::string ImageReference::text() const {
  std::string text = fmt::format("{}{}/{}", kImageScheme, host, repository);
  if (!tag.empty()) text += ":" + tag;
  if (digest) text += "@" + digest->text();
  if (!file.empty()) text += "#" + file;
  return text;
}

std::string ImageReference::name() const {
  if (digest) return digest->text();
  return tag.empty() ? std::string(kLatest) : tag;
}

std::string ImageReference::last_segment() const {
  return repository.substr(repository.rfind('/') + 1);
}

Result<ImageReference> parse_image_reference(std::string_view text) {
  auto wrong = [whole = text.substr(0, 300)](std::string_view why) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("'{}' is no image: {}; write oci://HOST/REPOSITORY:TAG", whole, why));
  };
  if (!text.starts_with(kImageScheme)) return wrong("it does not begin with oci://");
  text.remove_prefix(kImageScheme.size());

  ImageReference reference;
  if (auto file = cut(text, text.find('#'))) {
    if (!is_file(*file)) return wrong("what follows '#' names no file");
    reference.file = *file;
  }
  if (auto digest = cut(text, text.find('@'))) {
    auto parsed = Digest::parse(*digest);
    if (!parsed) return wrong("what follows '@' is no sha256:HEX");
    reference.digest = *parsed;
  }
  auto slash = text.find('/');
  if (slash == std::string_view::npos) return wrong("it names no repository");
  std::string_view host = text.substr(0, slash);
  std::string_view repository = text.substr(slash + 1);
  if (auto tag = cut(repository, repository.find(':'))) {
    if (!is_tag(*tag)) return wrong("what follows ':' is no tag");
    reference.tag = *tag;
  }
  if (!http::is_host(host)) return wrong("it names no host");
  if (!is_repository(repository)) {
    return wrong("repositories are named in lower-case letters, digits, '.', '_', '-' and '/'");
  }
  reference.host = host;
  bool is_dockers_own = host == kHub && repository.find('/') == std::string_view::npos;
  reference.repository = std::string(is_dockers_own ? kHubLibrary : "") += repository;
  return reference;
}

}  // namespace rockpool::registry
