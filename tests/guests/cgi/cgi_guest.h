// What the cgi guests of this folder share: their query string.
#pragma once

#include <stdlib.h>
#include <string.h>

// The text after `NAME=` in QUERY_STRING up to its end, or `otherwise`. Nothing is decoded.
static inline const char* query_tail(const char* name, const char* otherwise) {
  const char* query = getenv("QUERY_STRING");
  size_t length = strlen(name);
  while (query != NULL && *query != '\0') {
    if (strncmp(query, name, length) == 0 && query[length] == '=') return query + length + 1;
    query = strchr(query, '&');
    if (query != NULL) ++query;
  }
  return otherwise;
}

static inline long query_number(const char* name, long otherwise) {
  const char* text = query_tail(name, NULL);
  return text == NULL ? otherwise : strtol(text, NULL, 10);
}

// Decodes %XX in place of `decoded`, which is as large as `encoded` at least. Returns the length,
// as there may be NULs.
static inline size_t percent_decode(const char* encoded, char* decoded) {
  size_t size = 0;
  for (; *encoded != '\0'; ++encoded) {
    if (*encoded == '%' && encoded[1] != '\0' && encoded[2] != '\0') {
      char digits[3] = {encoded[1], encoded[2], '\0'};
      decoded[size++] = (char)strtol(digits, NULL, 16);
      encoded += 2;
    } else {
      decoded[size++] = *encoded;
    }
  }
  return size;
}
