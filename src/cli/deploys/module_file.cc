#include "cli/deploys/module_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/units.h"
#include "samples/samples.h"

namespace rockpool::cli {
namespace {

Result<std::string> read_sample(const std::string& name) {
  if (auto bytes = samples::sample(name)) return std::string(*bytes);
  std::string_view close = nearest(name, samples::sample_names());
  std::string all;
  for (std::string_view known : samples::sample_names()) all += fmt::format(" @{}", known);
  if (!close.empty()) {
    return fail(ErrorCode::NotFound,
                fmt::format("there is no sample @{}; did you mean @{}?", name, close));
  }
  return fail(ErrorCode::NotFound, fmt::format("there is no sample @{}; there are{}", name, all));
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad() || (bytes.empty() && errno != 0)) {
    return fail(ErrorCode::NotFound,
                fmt::format("can't read '{}': {}", path, std::strerror(errno)));
  }
  return bytes;
}

Result<std::string> read_module(const manifest::ModuleReference& reference) {
  if (const auto* file = std::get_if<manifest::ModulePath>(&reference))
    return read_file(file->path);
  if (const auto* sample = std::get_if<manifest::SampleName>(&reference))
    return read_sample(sample->name);
  if (std::holds_alternative<registry::ImageReference>(reference))
    return fail(ErrorCode::InvalidArgument, "an image is in its registry, not here");
  return fail(ErrorCode::InvalidArgument, "a stored module is on the server, not here");
}

Result<FunctionName> default_name(const manifest::ModuleReference& reference) {
  if (const auto* file = std::get_if<manifest::ModulePath>(&reference))
    return FunctionName::derive(file->path);
  if (const auto* sample = std::get_if<manifest::SampleName>(&reference))
    return FunctionName::parse(sample->name);
  if (const auto* image = std::get_if<registry::ImageReference>(&reference))
    return FunctionName::derive(image->last_segment());
  return fail(ErrorCode::NameInvalid,
              "a stored module has no name of its own; give one with --name");
}

}  // namespace rockpool::cli
