#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/control/control.h"
#include "http/server/exchange.h"
#include "json/object_reader.h"
#include "json/value.h"
#include "web/fields/request_target.h"

namespace rockpool::api {

// One call of the control API, as its endpoint sees it.
class ControlCall {
 public:
  // All but the values outlive it.
  ControlCall(http::Exchange& exchange, const ControlWorld& world, const ServerFacts& facts,
              async::TaskGroup& background, std::string request_id)
      : exchange(exchange),
        world(world),
        facts(facts),
        background(background),
        request_id(std::move(request_id)) {}

  http::Exchange& exchange;
  const ControlWorld& world;
  const ServerFacts& facts;
  // For work that is finished even if the client goes away.
  async::TaskGroup& background;
  const std::string request_id;
  std::vector<std::string> parameters;  // of the path
  web::Query query;
  // What a problem answer shall hold beside the standard members; an object or null.
  json::Value problem_extension;

  const http::Request& request() const { return exchange.request(); }
  platform::Platform& platform() const { return world.platform; }

  // The function that the path names. Fails with name-invalid.
  Result<FunctionName> function_name() const { return FunctionName::parse(parameters.at(0)); }
  // Fails with unknown-field if the query has other parameters than these.
  Result<void> expect_query(std::span<const std::string_view> known) const;
  // Whether the query has that switch: `name`, `name=1` or `name=true`. Fails with invalid-argument
  // on another value but `0` and `false`.
  Result<bool> query_switch(std::string_view name) const;
  // How many entries of a list the query asks for. Fails with invalid-argument.
  Result<std::size_t> page_size() const;
  platform::Precondition precondition() const;
  // The request's body as JSON. Fails with unsupported-media-type, which also names `other_type`,
  // with body-too-large or invalid-argument.
  Task<json::Value> read_json(std::string_view other_type = {});
  // The same, an empty object if there is no body.
  Task<json::Value> read_optional_json();

  // A head with what each answer has.
  http::ResponseHead head(int status) const;
  void answer_json(http::ResponseHead head, const json::Value& value);
  void answer_json(int status, const json::Value& value) { answer_json(head(status), value); }
};

}  // namespace rockpool::api
