// What the guests of this folder share: their ABI, and a reader of their arguments.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// Leaves a function as two numbers.
struct Text {
  const char* bytes;
  size_t size;
};

#define TEXT_FUNCTION(name) \
  __attribute__((export_name(#name))) struct Text name(const char* json, size_t size)

// The text between the quotes of the member `key` of an object of strings, escapes as they are.
static inline bool find_argument(const char* json, size_t size, const char* key,
                                 struct Text* value) {
  struct Text before = {NULL, 0};
  bool is_value = false;
  for (size_t i = 0; i < size; ++i) {
    if (json[i] == ':') is_value = true;
    if (json[i] == ',') is_value = false;
    if (json[i] != '"') continue;
    size_t begin = ++i;
    while (i < size && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
    struct Text text = {json + begin, i - begin};
    bool is_wanted = before.size == strlen(key) && memcmp(before.bytes, key, before.size) == 0;
    if (is_value && is_wanted) {
      *value = text;
      return true;
    }
    before = text;
  }
  return false;
}
