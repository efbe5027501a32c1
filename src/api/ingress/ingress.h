#pragma once

#include <memory>
#include <optional>

#include "http/server/handler.h"
#include "http/syntax/url.h"
#include "platform/platform.h"
#include "web/access/trusted_proxies.h"
#include "web/fields/request_ids.h"
#include "web/journal/request_journal.h"

namespace rockpool::api {

// What the ingress works with; outlives it.
struct IngressWorld {
  platform::Platform& platform;
  async::Reactors& reactors;
  web::RequestIds& ids;
  web::RequestJournal& journal;
  const web::TrustedProxies& proxies;
  Log& log;
};

// The listener for callers of functions: finds the function of each request and lets it answer.
//
// `public_url` is what clients call this server, if that is not what they write into Host.
std::unique_ptr<http::Handler> make_ingress(const IngressWorld& world,
                                            std::optional<http::Url> public_url);

}  // namespace rockpool::api
