#include "json/object_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <type_traits>

#include "base/units.h"

namespace rockpool::json {
namespace {

std::unexpected<Error> wrong_type(const std::string& path, std::string_view expected,
                                  const Value& found) {
  return fail(ErrorCode::InvalidArgument,
              fmt::format("'{}' has to be {}, not {}", path, expected, found.type_name()));
}

Result<void> read(const Value& value, const std::string& path, bool& to) {
  if (!value.is_boolean()) return wrong_type(path, "true or false", value);
  to = value.get<bool>();
  return {};
}

// nlohmann keeps what fits uint64 as unsigned and negative integers as signed.
Result<void> read(const Value& value, const std::string& path, std::uint64_t& to) {
  if (!value.is_number_unsigned() && !(value.is_number_integer() && value.get<std::int64_t>() >= 0))
    return wrong_type(path, "an integer from 0 on", value);
  to = value.get<std::uint64_t>();
  return {};
}

Result<void> read(const Value& value, const std::string& path, std::int64_t& to) {
  bool fits = value.is_number_integer() &&
              !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX);
  if (!fits) return wrong_type(path, "a 64-bit integer", value);
  to = value.get<std::int64_t>();
  return {};
}

Result<void> read(const Value& value, const std::string& path, double& to) {
  if (!value.is_number()) return wrong_type(path, "a number", value);
  to = value.get<double>();
  return {};
}

Result<void> read(const Value& value, const std::string& path, std::string& to) {
  if (!value.is_string()) return wrong_type(path, "a string", value);
  to = value.get<std::string>();
  return {};
}

Result<void> read(const Value& value, const std::string& path, std::vector<std::string>& to) {
  if (!value.is_array()) return wrong_type(path, "an array of strings", value);
  for (std::size_t i = 0; i < value.size(); ++i)
    RETURN_IF_ERROR(read(value[i], fmt::format("{}[{}]", path, i), to.emplace_back()));
  return {};
}

Result<void> read(const Value& value, const std::string& path, StringMap& to) {
  if (!value.is_object()) return wrong_type(path, "an object of strings", value);
  for (const auto& [name, member] : value.items()) {
    to.emplace_back(name, std::string());
    RETURN_IF_ERROR(read(member, fmt::format("{}.{}", path, name), to.back().second));
  }
  return {};
}

Result<void> read(const Value& value, const std::string&, const Value*& to) {
  to = &value;
  return {};
}

}  // namespace

Result<ObjectReader> ObjectReader::open(const Value& value, std::string path) {
  if (!value.is_object()) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{} has to be an object, not {}",
                            path.empty() ? "the document" : "'" + path + "'", value.type_name()));
  }
  return ObjectReader(value, std::move(path));
}

template <class T>
Result<T> ObjectReader::required(std::string_view name) {
  ASSIGN_OR_RETURN(auto value, optional<T>(name));
  if (!value) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("the field '{}' is missing", path_of(name)));
  }
  return *std::move(value);
}

template <class T>
Result<std::optional<T>> ObjectReader::optional(std::string_view name) {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if constexpr (std::is_same_v<T, ObjectReader>) {
    return open(*value, path_of(name));
  } else {
    T read_value{};
    RETURN_IF_ERROR(read(*value, path_of(name), read_value));
    return read_value;
  }
}

Result<void> ObjectReader::finish() const {
  for (const auto& [name, value] : object_->items()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    std::vector<std::string_view> known(known_.begin(), known_.end());
    std::string_view meant = nearest(name, known);
    auto hint = meant.empty() ? fmt::format("known fields are {}", fmt::join(known, ", "))
                              : fmt::format("did you mean '{}'?", meant);
    return fail(ErrorCode::UnknownField,
                fmt::format("there is no field '{}'; {}", path_of(name), hint));
  }
  return {};
}

std::string ObjectReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

const Value* ObjectReader::find(std::string_view name) {
  known_.emplace_back(name);
  auto found = object_->find(known_.back());
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

#define ROCKPOOL_READS(...)                                                           \
  template Result<__VA_ARGS__> ObjectReader::required<__VA_ARGS__>(std::string_view); \
  template Result<std::optional<__VA_ARGS__>> ObjectReader::optional<__VA_ARGS__>(std::string_view)
ROCKPOOL_READS(bool);
ROCKPOOL_READS(std::int64_t);
ROCKPOOL_READS(std::uint64_t);
ROCKPOOL_READS(double);
ROCKPOOL_READS(std::string);
ROCKPOOL_READS(std::vector<std::string>);
ROCKPOOL_READS(StringMap);
ROCKPOOL_READS(const Value*);
ROCKPOOL_READS(ObjectReader);
#undef ROCKPOOL_READS

}  // namespace rockpool::json
