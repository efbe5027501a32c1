#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "json/members.h"
#include "json/value.h"

// Two readers of one language. simdjson is fast but does not say where a text is wrong, and refuses
// integers beyond 64 bits, which are numbers in JSON. What it refuses is read again by nlohmann's
// parser, which decides.

namespace rockpool::json {
namespace {

// ---- simdjson: a value, or nothing if the careful reader has to look.

bool convert(simdjson::dom::element element, std::size_t depth, Value& to);

bool convert_array(simdjson::dom::array array, std::size_t depth, Value& to) {
  Value::array_t items;
  items.reserve(array.size());
  for (simdjson::dom::element item : array) {
    if (!convert(item, depth, items.emplace_back())) return false;
  }
  to = std::move(items);
  return true;
}

bool convert_object(simdjson::dom::object object, std::size_t depth, Value& to) {
  Value::object_t members;
  members.reserve(object.size());
  for (simdjson::dom::key_value_pair field : object) {
    Value value;
    if (!convert(field.value, depth, value)) return false;
    append_member(members, std::string(field.key), std::move(value));
  }
  if (duplicate_name(members) != nullptr) return false;
  to = std::move(members);
  return true;
}

// As nlohmann's parser does it: only what is negative is signed.
void convert_integer(std::int64_t number, Value& to) {
  if (number < 0) {
    to = number;
  } else {
    to = static_cast<std::uint64_t>(number);
  }
}

bool convert(simdjson::dom::element element, std::size_t depth, Value& to) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::ARRAY:
      return depth < kMaxDepth && convert_array(element.get_array().value_unsafe(), depth + 1, to);
    case element_type::OBJECT:
      return depth < kMaxDepth &&
             convert_object(element.get_object().value_unsafe(), depth + 1, to);
    case element_type::INT64:
      convert_integer(element.get_int64().value_unsafe(), to);
      return true;
    case element_type::UINT64:
      to = element.get_uint64().value_unsafe();
      return true;
    case element_type::DOUBLE:
      to = element.get_double().value_unsafe();
      return true;
    case element_type::STRING:
      to = std::string(element.get_string().value_unsafe());
      return true;
    case element_type::BOOL:
      to = element.get_bool().value_unsafe();
      return true;
    case element_type::NULL_VALUE:
      to = nullptr;
      return true;
  }
  return false;
}

bool parse_fast(simdjson::dom::parser& parser, std::string_view text, Value& to) {
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
  return convert(root, 0, to);
}

// ---- nlohmann's parser: a value, or what is wrong and where.

// Tells how far the parser has come, which it does not tell its handler.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  friend bool operator==(const Cursor& a, const Cursor& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

// Builds the value from the parser's events; false ends the parse.
class Builder final : public nlohmann::json_sax<Value> {
 public:
  Value take() { return std::move(root_); }
  const std::string& complaint() const { return complaint_; }
  bool knows_its_place() const { return knows_its_place_; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return complain("binary values are no JSON"); }

  bool start_object(std::size_t) override { return open(Value::object()); }
  bool key(string_t& name) override {
    open_.back().name = std::move(name);
    return true;
  }
  bool end_object() override {
    const auto& object = open_.back().value.get_ref<const Value::object_t&>();
    if (const std::string* name = duplicate_name(object))
      return complain(fmt::format("the member '{}' occurs twice in one object", *name));
    return close();
  }
  bool start_array(std::size_t) override { return open(Value::array()); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    std::string_view text = error.what();
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    auto after_id = text.find("] ");
    if (after_id != std::string_view::npos) text.remove_prefix(after_id + 2);
    knows_its_place_ = text.starts_with("parse error at");
    complaint_ = text;
    return false;
  }

 private:
  struct Open {
    Value value;
    std::string name;  // of an object's next member
  };

  bool complain(std::string complaint) {
    complaint_ = std::move(complaint);
    return false;
  }

  bool open(Value value) {
    if (open_.size() == kMaxDepth)
      return complain(fmt::format("it nests deeper than {} levels", kMaxDepth));
    open_.push_back({std::move(value), {}});
    return true;
  }

  bool close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }

  bool add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Open& parent = open_.back(); parent.value.is_array()) {
      parent.value.get_ref<Value::array_t&>().push_back(std::move(value));
    } else {
      append_member(parent.value.get_ref<Value::object_t&>(), std::move(parent.name),
                    std::move(value));
    }
    return true;
  }

  Value root_;
  std::vector<Open> open_;
  std::string complaint_;
  bool knows_its_place_ = false;
};

std::string place_of(std::string_view text, std::size_t position) {
  std::string_view before = text.substr(0, position);
  auto line = std::ranges::count(before, '\n') + 1;
  auto line_start = before.rfind('\n');
  auto column = line_start == std::string_view::npos ? before.size() : position - line_start - 1;
  return fmt::format("at line {}, column {}", line, column);
}

Result<Value> parse_carefully(std::string_view text) {
  Builder builder;
  const char* furthest = text.data();
  Cursor first(text.data(), &furthest);
  Cursor last(text.data() + text.size(), &furthest);
  if (Value::sax_parse(first, last, &builder)) return builder.take();
  if (builder.knows_its_place())
    return fail(ErrorCode::InvalidArgument, "this is no JSON: " + builder.complaint());
  auto place = place_of(text, static_cast<std::size_t>(furthest - text.data()));
  return fail(ErrorCode::InvalidArgument,
              fmt::format("this is no JSON that is accepted: {}, {}", builder.complaint(), place));
}

}  // namespace

Result<Value> parse(std::string_view text) {
  // A parser's buffers are several times its longest text; those of long texts are not kept.
  constexpr std::size_t kKeptBytes = 64 << 10;
  thread_local simdjson::dom::parser kept(kKeptBytes);
  Value value;
  if (text.size() <= kKeptBytes) {
    if (parse_fast(kept, text, value)) return value;
  } else {
    simdjson::dom::parser once;
    if (parse_fast(once, text, value)) return value;
  }
  return parse_carefully(text);
}

}  // namespace rockpool::json
