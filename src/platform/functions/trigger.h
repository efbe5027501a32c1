#pragma once

#include <cstdint>
#include <string_view>

namespace rockpool::platform {

// What caused a call; the values of OpenTelemetry's `faas.trigger`.
enum class Trigger : std::uint8_t { Http, Pubsub, Datasource, Timer, Other };
std::string_view name_of(Trigger trigger);

}  // namespace rockpool::platform
