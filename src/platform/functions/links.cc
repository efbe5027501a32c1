#include "platform/functions/links.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace rockpool::platform {
namespace {

// A call makes an instance of each.

Error wrong(std::string_view import, std::string_view why) {
  return {ErrorCode::InvalidArgument, fmt::format("links.{}: {}", import, why)};
}

// The modules that a version is linked to, as they come together.
class Pinning {
 public:
  explicit Pinning(const FunctionName& name) : name_(name) {}

  // The module of `function`, with all that it is linked to; fails if the function that is deployed
  // is one of them.
  Result<std::size_t> pin(const Function& function) {
    const Version& live = *function.live;
    std::vector<std::size_t> places;
    for (const LinkedFunction& linked : live.links.functions) {
      ASSIGN_OR_RETURN(auto place, pin_one(linked, places));
      places.push_back(place);
    }
    LinkedFunction own{.name = function.name,
                       .version = live.number,
                       .module = {.digest = live.digest, .links = live.links.own}};
    return pin_one(std::move(own), places);
  }

  std::vector<LinkedFunction> take() { return std::move(functions_); }

 private:
  // `places` says where those are now that its links lead to.
  Result<std::size_t> pin_one(LinkedFunction linked, const std::vector<std::size_t>& places) {
    if (linked.name == name_) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("links: '{}' would be linked to itself", name_.text()));
    }
    for (engine::Link& link : linked.module.links) link.index = places[link.index];
    auto known = std::ranges::find(functions_, linked);
    if (known != functions_.end()) return static_cast<std::size_t>(known - functions_.begin());
    if (functions_.size() == kMaxLinks) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("links: they lead to more than {} modules", kMaxLinks));
    }
    functions_.push_back(std::move(linked));
    return functions_.size() - 1;
  }

  const FunctionName& name_;
  std::vector<LinkedFunction> functions_;
};

Result<std::shared_ptr<const Function>> target_of(const engine::Inspection& importer,
                                                  std::string_view import, const FunctionName& name,
                                                  const FindFunction& find) {
  if (std::ranges::find(importer.imports, import, &engine::Import::module) ==
      importer.imports.end()) {
    return std::unexpected(
        wrong(import, fmt::format("the module imports nothing of '{}'", import)));
  }
  auto function = find(name);
  if (function == nullptr)
    return std::unexpected(wrong(import, fmt::format("there is no function '{}'", name.text())));
  if (function->inspection->kind != importer.kind) {
    bool is_component = importer.kind == engine::BinaryKind::Component;
    return std::unexpected(
        wrong(import, fmt::format("this is a {} and '{}' is none",
                                  is_component ? "component" : "core module", name.text())));
  }
  return function;
}

class LinkOrder {
 public:
  explicit LinkOrder(const std::vector<LinkNames>& functions)
      : functions_(functions), states_(functions.size(), State::Waiting) {}

  Result<std::vector<std::size_t>> find() {
    for (std::size_t place = 0; place < functions_.size(); ++place) RETURN_IF_ERROR(visit(place));
    return std::move(order_);
  }

 private:
  enum class State : std::uint8_t { Waiting, Visiting, Done };

  Result<void> visit(std::size_t place) {
    const LinkNames& function = functions_[place];
    if (states_[place] == State::Done) return {};
    if (states_[place] == State::Visiting) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("links: '{}' would be linked to itself", function.name.text()));
    }
    states_[place] = State::Visiting;
    for (const FunctionName& target : function.targets) {
      auto found = std::ranges::find(functions_, target, &LinkNames::name);
      if (found == functions_.end()) continue;
      RETURN_IF_ERROR(visit(static_cast<std::size_t>(found - functions_.begin())));
    }
    states_[place] = State::Done;
    order_.push_back(place);
    return {};
  }

  const std::vector<LinkNames>& functions_;
  std::vector<State> states_;
  std::vector<std::size_t> order_;
};

}  // namespace

Result<std::vector<std::size_t>> link_order(const std::vector<LinkNames>& functions) {
  return LinkOrder(functions).find();
}

DeployResult<PinnedLinks> pin_links(const FunctionName& name, const engine::Inspection& importer,
                                    const std::map<std::string, FunctionName>& links,
                                    const FindFunction& find) {
  Pinning pinning(name);
  PinnedLinks pinned;
  for (const auto& [import, target] : links) {
    if (target == name) {
      return std::unexpected(DeployFailure(
          Error(ErrorCode::InvalidArgument,
                fmt::format("links.{}: '{}' is this function itself", import, target.text()))));
    }
    auto function = target_of(importer, import, target, find);
    if (!function) return std::unexpected(DeployFailure(function.error()));
    auto place = pinning.pin(**function);
    if (!place) return std::unexpected(DeployFailure(place.error()));
    pinned.links.own.push_back({.import = import, .index = *place});
    pinned.exports.push_back(
        {.import = import, .function = target.text(), .inspection = (*function)->inspection.get()});
    pinned.inspections.push_back((*function)->inspection);
  }
  pinned.links.functions = pinning.take();
  return pinned;
}

}  // namespace rockpool::platform
