#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/value.h"

namespace rockpool::json {

// Members of an object whose names are data (`env`, `labels`), in their order.
using StringMap = std::vector<std::pair<std::string, std::string>>;

// Reads the fields of a JSON object by name and type, and refuses those that nobody read. Errors
// are invalid-argument and name the field's path: "limits.wall", "routes[2]".
//
// The value is borrowed and outlives the reader and its nested readers. A field that is null counts
// as absent.
class ObjectReader {
 public:
  // `path` is where the object stands in its document; empty at the root. Fails if it is no object.
  static Result<ObjectReader> open(const Value& value, std::string path = {});

  // T is bool, std::int64_t, std::uint64_t, double, std::string, std::vector<std::string>,
  // StringMap, const Value* (whatever it is) or ObjectReader. Fails if the field is absent or of
  // another type.
  template <class T>
  Result<T> required(std::string_view name);
  // Empty if the field is absent; fails if it is of another type.
  template <class T>
  Result<std::optional<T>> optional(std::string_view name);

  // After all fields were read: fails with unknown-field if the object has another, naming it and
  // the nearest known one.
  Result<void> finish() const;

  // "limits.wall" for the field `wall` of the object at "limits".
  std::string path_of(std::string_view name) const;

 private:
  ObjectReader(const Value& object, std::string path) : object_(&object), path_(std::move(path)) {}

  // Remembers that the field is known; null if it is absent.
  const Value* find(std::string_view name);

  const Value* object_;
  std::string path_;
  std::vector<std::string> known_;
};

}  // namespace rockpool::json
