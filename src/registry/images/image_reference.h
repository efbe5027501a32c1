#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"

namespace rockpool::registry {

// An image in a registry, and perhaps one file of it: oci://HOST/REPOSITORY:TAG#FILE, or
// …@sha256:HEX. The digest counts where both are given.
struct ImageReference {
  std::string host = {};        // with the port, if one was given
  std::string repository = {};  // "team/hello"
  std::string tag = {};         // empty: "latest", unless there is a digest
  std::optional<Digest> digest = {};
  std::string file = {};  // of several in the image; empty: the only one

  // As it is written.
  std::string text() const;
  // What registries call it within the repository: the digest, else the tag.
  std::string name() const;
  // "hello" of "team/hello".
  std::string last_segment() const;

  friend bool operator==(const ImageReference&, const ImageReference&) = default;
};

inline constexpr std::string_view kImageScheme = "oci://";

// Fails with invalid-argument, saying what does not fit.
Result<ImageReference> parse_image_reference(std::string_view text);

}  // namespace rockpool::registry
