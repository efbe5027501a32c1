#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "platform/functions/function.h"

namespace rockpool::platform {

// Keys and values of the catalog's records; the table stands in catalog.h.

constexpr std::string_view kTenantPrefix = "default/";
constexpr const char* kFunctionsBucket = "functions";
constexpr const char* kVersionsBucket = "versions";
constexpr const char* kModulesBucket = "modules";
constexpr const char* kReleasedBucket = "released";

std::string function_key(const FunctionName& name);
std::string version_key(const FunctionName& name, std::uint64_t number);
// What the keys of all versions of a function begin with.
std::string versions_prefix(const FunctionName& name);
std::string module_key(const Digest& digest);

std::string function_value(const Function& function);
std::string version_value(const Version& version);
std::string module_value(const engine::Inspection& inspection);
std::string time_value(WallTime time);

using VersionsByNumber = std::map<std::uint64_t, std::shared_ptr<const Version>>;

// A function without its inspection. They fail with corrupt, naming the key.
Result<Function> read_function(std::string_view key, std::string_view value,
                               const VersionsByNumber& versions);
struct StoredVersion {
  FunctionName function;
  Version version;
};
Result<StoredVersion> read_version(std::string_view key, std::string_view value);
Result<engine::Inspection> read_module(std::string_view key, std::string_view value);
Result<Digest> read_module_key(std::string_view key);
Result<WallTime> read_time(std::string_view key, std::string_view value);

}  // namespace rockpool::platform
