#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/control_client.h"

namespace rockpool::cli {

enum class Health : std::uint8_t { Good, Warning, Bad };

// One thing that `doctor` looked at.
struct Finding {
  std::string subject;
  Health health = Health::Good;
  std::string words;  // what was found and, if it is not good, what to do
};

// Whether the server answers, is of this version and takes requests.
std::vector<Finding> examine_server(const ControlClient& client);

// What this machine offers to a server whose data is, or would be, in `data_folder`.
std::vector<Finding> examine_machine(const std::string& data_folder);

}  // namespace rockpool::cli
