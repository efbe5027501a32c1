#include "registry/access/access.h"

#include <boost/asio/ip/address.hpp>

#include "http/syntax/url.h"

namespace rockpool::registry {

bool is_loopback(std::string_view host) {
  auto url = http::parse_url("http://" + std::string(host));
  if (!url) return false;
  boost::system::error_code no_address;
  auto address = boost::asio::ip::make_address(url->host, no_address);
  return no_address ? url->host == "localhost" : address.is_loopback();
}

}  // namespace rockpool::registry
