#pragma once

#include <memory>

#include "base/result.h"
#include "manifest/server_settings.h"
#include "registry/puller.h"

namespace rockpool::server {

// Fetches images as the settings say; they outlive it. Fails with invalid-argument, naming the
// file, if one that they name can't be used; later changes of these files count, too.
Result<std::unique_ptr<registry::Puller>> make_puller(const manifest::ServerSettings& settings);

}  // namespace rockpool::server
