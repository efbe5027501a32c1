#pragma once

#include <string_view>

namespace rockpool::server {

// Tells systemd how the service is (sd_notify(3)): "READY=1", "STOPPING=1". Does nothing where no
// service manager listens, as $NOTIFY_SOCKET says.
void notify_service_manager(std::string_view state);

}  // namespace rockpool::server
