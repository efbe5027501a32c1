#pragma once

#include <string_view>

namespace rockpool::registry {

// Docker Hub has one name in references, answers at another, and is a third in docker's
// config.json; what docker publishes itself is below library/. Clients know that by heart
// (distribution/reference, docker's registry.IndexServer).
inline constexpr std::string_view kHub = "docker.io";
inline constexpr std::string_view kHubAddress = "registry-1.docker.io";
inline constexpr std::string_view kHubLogin = "https://index.docker.io/v1/";
inline constexpr std::string_view kHubLibrary = "library/";

}  // namespace rockpool::registry
