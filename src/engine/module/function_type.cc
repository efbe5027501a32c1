#include "engine/module/function_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "base/units.h"

namespace rockpool::engine {
namespace {

using Kind = WitType::Kind;

// Far more than any function's; the text is somebody's.
constexpr std::size_t kMaxTypes = 100;

constexpr std::array kNumbers =
    std::to_array<Kind>({Kind::S8, Kind::U8, Kind::S16, Kind::U16, Kind::S32, Kind::U32, Kind::S64,
                         Kind::U64, Kind::F32, Kind::F64});

// Core modules have no smaller ones.
bool is_core_number(Kind kind) {
  return kind >= Kind::S32 && kind <= Kind::F64;
}

std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorCode::InvalidArgument,
              fmt::format("{}; write it as (list<s32>, f64) -> list<s32>", why));
}

class FunctionTypeParser {
 public:
  explicit FunctionTypeParser(std::string_view text) : rest_(text) {}

  Result<FunctionType> parse() {
    FunctionType type;
    ASSIGN_OR_RETURN(type.parameters, types_in_parentheses());
    if (take("->")) {
      bool are_several = starts_with("(");
      ASSIGN_OR_RETURN(type.results, are_several ? types_in_parentheses() : single_type());
    }
    skip_space();
    if (!rest_.empty()) return malformed(fmt::format("'{}' is too much", rest_));
    return type;
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  bool starts_with(std::string_view token) {
    skip_space();
    return rest_.starts_with(token);
  }

  bool take(std::string_view token) {
    if (!starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::string_view word() {
    skip_space();
    auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    auto end = std::ranges::find_if_not(rest_, is_part) - rest_.begin();
    auto taken = rest_.substr(0, static_cast<std::size_t>(end));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  Result<WitType> number(std::string_view name) {
    for (Kind kind : kNumbers) {
      WitType type;
      type.kind = kind;
      if (to_string(type) == name) return type;
    }
    return malformed(fmt::format("'{}' is no number type", name));
  }

  Result<WitType> type() {
    auto name = word();
    if (name != "list") {
      ASSIGN_OR_RETURN(auto type, number(name));
      if (is_core_number(type.kind)) return type;
      return malformed(fmt::format("core modules take no {} but in lists", name));
    }
    if (!take("<")) return malformed("'list' is followed by '<' and a number type");
    ASSIGN_OR_RETURN(auto element, number(word()));
    if (!take(">")) return malformed("'>' is missing");
    WitType list;
    list.kind = Kind::List;
    list.of.push_back(std::move(element));
    return list;
  }

  Result<std::vector<WitType>> single_type() {
    ASSIGN_OR_RETURN(auto only, type());
    return std::vector<WitType>{std::move(only)};
  }

  Result<std::vector<WitType>> types_in_parentheses() {
    std::vector<WitType> types;
    if (!take("(")) return malformed("'(' is missing");
    if (take(")")) return types;
    do {
      ASSIGN_OR_RETURN(auto next, type());
      types.push_back(std::move(next));
      if (types.size() > kMaxTypes) return malformed(fmt::format("at most {} fit", kMaxTypes));
    } while (take(","));
    if (!take(")")) return malformed("')' is missing");
    return types;
  }

  std::string_view rest_;
};

std::string in_parentheses(const std::vector<WitType>& types) {
  std::string text = "(";
  for (const WitType& type : types) {
    if (text.size() > 1) text += ", ";
    text += to_string(type);
  }
  return text + ")";
}

bool is_list(const WitType& type) {
  return type.kind == Kind::List;
}

// The kind that an inspection gives a core module's number.
Kind core_kind(Kind kind) {
  if (kind == Kind::U32) return Kind::S32;
  return kind == Kind::U64 ? Kind::S64 : kind;
}

std::vector<Kind> lowered(const std::vector<WitType>& types) {
  std::vector<Kind> numbers;
  for (const WitType& type : types) {
    if (is_list(type)) {
      numbers.insert(numbers.end(), 2, Kind::S32);
    } else {
      numbers.push_back(core_kind(type.kind));
    }
  }
  return numbers;
}

// How a function's lists leave it.
enum class ResultForm : std::uint8_t {
  Values,
  Address,       // the result is where address and count stand
  StructReturn,  // they are put where the first parameter says
};

std::optional<ResultForm> result_form(const FunctionType& type, const TypedExport& function) {
  std::vector<Kind> parameters;
  for (const Parameter& parameter : function.parameters) parameters.push_back(parameter.type.kind);
  std::vector<Kind> results;
  for (const WitType& result : function.results) results.push_back(result.kind);

  auto wanted = lowered(type.parameters);
  if (parameters == wanted && results == lowered(type.results)) return ResultForm::Values;
  if (type.results.size() != 1 || !is_list(type.results.front())) return std::nullopt;
  if (parameters == wanted && results == std::vector{Kind::S32}) return ResultForm::Address;
  wanted.insert(wanted.begin(), Kind::S32);
  if (parameters == wanted && results.empty()) return ResultForm::StructReturn;
  return std::nullopt;
}

std::string_view export_type(const Inspection& inspection, std::string_view name) {
  auto found = std::ranges::find(inspection.exports, name, &Export::name);
  return found == inspection.exports.end() ? std::string_view() : found->type;
}

// The bridge looks for the same, in the same order (bridge/src/exports/lists.rs).
bool has_allocator(const Inspection& inspection) {
  return export_type(inspection, "allocate") == "func (i32) -> i32" ||
         export_type(inspection, "malloc") == "func (i32) -> i32" ||
         export_type(inspection, "cabi_realloc") == "func (i32, i32, i32, i32) -> i32";
}

std::unexpected<Error> unfit(std::string_view name, std::string_view why) {
  return fail(ErrorCode::NoEntryPoint, fmt::format("types.{}: {}", name, why));
}

std::string no_such_function(const Inspection& inspection, std::string_view name) {
  std::vector<std::string_view> names;
  for (const TypedExport& function : inspection.typed_exports) names.push_back(function.name);
  auto close = nearest(name, names);
  return close.empty()
             ? "the module exports no such function"
             : fmt::format("the module exports no such function; did you mean '{}'?", close);
}

Result<void> check_function_type(const Inspection& inspection, std::string_view name,
                                 const FunctionType& type) {
  auto function = std::ranges::find(inspection.typed_exports, name, &TypedExport::name);
  if (function == inspection.typed_exports.end())
    return unfit(name, no_such_function(inspection, name));
  if (!function->not_callable_because.empty()) return unfit(name, function->not_callable_because);
  auto form = result_form(type, *function);
  if (!form) {
    return unfit(name, fmt::format("the module's function is {}, which can't be {}; a list is two "
                                   "i32, address and count",
                                   export_type(inspection, name), to_string(type)));
  }
  if (!has_lists(type)) return {};
  if (export_type(inspection, "memory") != "memory")
    return unfit(name, "lists need a memory that the module exports as 'memory'");
  bool needs_room =
      std::ranges::any_of(type.parameters, is_list) || *form == ResultForm::StructReturn;
  if (!needs_room || has_allocator(inspection)) return {};
  return unfit(name,
               "lists are put where the module's allocator says, and it exports none; export "
               "'allocate' or 'malloc', func (i32) -> i32, or 'cabi_realloc'");
}

}  // namespace

Result<FunctionType> parse_function_type(std::string_view text) {
  return FunctionTypeParser(text).parse();
}

std::string to_string(const FunctionType& type) {
  std::string text = in_parentheses(type.parameters);
  if (type.results.size() == 1) return text + " -> " + to_string(type.results.front());
  if (!type.results.empty()) text += " -> " + in_parentheses(type.results);
  return text;
}

bool has_lists(const FunctionType& type) {
  return std::ranges::any_of(type.parameters, is_list) ||
         std::ranges::any_of(type.results, is_list);
}

Result<void> check_function_types(const Inspection& inspection, const FunctionTypes& types) {
  for (const auto& [name, type] : types) {
    if (inspection.kind == BinaryKind::Component)
      return unfit(name, "a component says its types itself");
    RETURN_IF_ERROR(check_function_type(inspection, name, type));
  }
  return {};
}

TypedExport declared(const TypedExport& function, const FunctionTypes& types) {
  auto found = types.find(function.name);
  if (found == types.end()) return function;
  TypedExport as_declared = function;
  as_declared.parameters.clear();
  for (const WitType& type : found->second.parameters)
    as_declared.parameters.push_back({.name = "", .type = type});
  as_declared.results = found->second.results;
  return as_declared;
}

}  // namespace rockpool::engine
