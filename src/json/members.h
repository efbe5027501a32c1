#pragma once

#include <string>

#include "json/value.h"

namespace rockpool::json {

// Adds a member without looking for one of the same name, which would make long objects quadratic.
void append_member(Value::object_t& object, std::string name, Value value);

// The name that two members share; null if there is none.
const std::string* duplicate_name(const Value::object_t& object);

}  // namespace rockpool::json
