#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/access/access.h"

namespace rockpool::registry {

// What docker, podman and others keep of a person's registries in config.json.
class DockerConfig {
 public:
  // Asks the program docker-credential-NAME for what it keeps of a host.
  using AskHelper =
      std::function<Result<Credentials>(const std::string& name, const std::string& host)>;

  // The text of a config.json. Fails with invalid-argument.
  static Result<DockerConfig> parse(std::string_view text);

  // A helper for the host comes first, then what the file itself holds, then the helper for all.
  // Empty if nothing is kept. Fails as the helper does.
  Result<Credentials> credentials(const std::string& registry, const AskHelper& ask) const;

 private:
  std::map<std::string, Credentials> kept_;     // by host
  std::map<std::string, std::string> helpers_;  // by host
  std::string helper_for_all_;
};

// $DOCKER_CONFIG/config.json, else ~/.docker/config.json; an empty one if there is no such file.
// `get` reads an environment variable. Fails with invalid-argument, naming the file.
using GetVariable = std::function<std::optional<std::string>(std::string_view name)>;
Result<DockerConfig> load_docker_config(const GetVariable& get);

}  // namespace rockpool::registry
