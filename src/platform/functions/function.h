#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/function_name.h"
#include "engine/module/inspection.h"
#include "platform/functions/function_settings.h"

namespace rockpool::platform {

// How many versions of a function are kept.
constexpr std::size_t kVersionsKept = 10;

// An image as it was when a version was made of it.
struct PinnedImage {
  std::string reference;  // "oci://…", as it was asked for
  Digest digest;          // of the manifest that it named then
  friend bool operator==(const PinnedImage&, const PinnedImage&) = default;
};

// Another function's module that a version is linked to, as it was live when the version was made.
struct LinkedFunction {
  FunctionName name;
  std::uint64_t version = 0;
  engine::LinkedModule module;
  friend bool operator==(const LinkedFunction&, const LinkedFunction&) = default;
};

// What a version's settings' links lead to.
struct ResolvedLinks {
  std::vector<engine::Link> own;
  // All modules, those that the linked ones are linked to included, each before those that need it.
  std::vector<LinkedFunction> functions;
  friend bool operator==(const ResolvedLinks&, const ResolvedLinks&) = default;
};

// A module and its settings, as deployed. Immutable.
struct Version {
  std::uint64_t number = 0;
  Digest digest;
  std::uint64_t size_bytes = 0;         // of the module
  engine::Abi abi = engine::Abi::Http;  // as detected, or as the settings say
  FunctionSettings settings = {};
  WallTime created = {};
  std::optional<PinnedImage> image = {};  // that the module came from
  ResolvedLinks links = {};
};

// Its own, and those it is linked to.
std::vector<Digest> modules_of(const Version& version);

// The foreign API that made a function, and the name it has there.
struct Origin {
  std::string dialect;
  std::string name;
  friend auto operator<=>(const Origin&, const Origin&) = default;
};

// A function as it stands at one moment. Immutable: a change makes a new one.
struct Function {
  FunctionName name;
  WallTime created = {};
  std::optional<Origin> origin = {};
  // Grows with every change of this function.
  std::uint64_t revision = 0;
  // The highest version number ever given.
  std::uint64_t last_number = 0;
  std::shared_ptr<const Version> live = {};
  // Those kept, newest first; `live` is one of them.
  std::vector<std::shared_ptr<const Version>> versions = {};
  // What the live version's module is.
  std::shared_ptr<const engine::Inspection> inspection = {};

  // A strong entity tag (RFC 9110 section 8.8.3), quotes included. No two states of a name share
  // one, be the function deleted and made again between them.
  std::string etag() const;
  // Null if no version kept has that number.
  std::shared_ptr<const Version> version(std::uint64_t number) const;
};

using Functions = std::map<FunctionName, std::shared_ptr<const Function>>;

// A function before and after a change; null where it is not there.
struct FunctionStep {
  std::shared_ptr<const Function> before;
  std::shared_ptr<const Function> after;
};

// The routes it answers at, as patterns: its settings', or /NAME/*.
std::vector<std::string> routes_of(const FunctionName& name, const FunctionSettings& settings);

// Where to call it: `base` ("http://127.0.0.1:8080") and the literal beginning of its first route;
// for a route with a host, that host with base's scheme and port.
std::string url_of(const Function& function, std::string_view base);

}  // namespace rockpool::platform
