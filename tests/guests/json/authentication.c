// Compares a secret with the MD5 digest of "URI#BODY#argfunc", as the sample of that name does.
// Traps if an argument is missing.
#include "md5.h"
#include "text_guest.h"

static char answer[96 << 10];
static size_t answer_size;

static void append(const char* bytes, size_t size) {
  if (size > sizeof answer - answer_size) __builtin_trap();
  memcpy(answer + answer_size, bytes, size);
  answer_size += size;
}

static void append_text(const char* text) {
  append(text, strlen(text));
}

TEXT_FUNCTION(authentication) {
  struct Text uri, body, secret;
  if (!find_argument(json, size, "arg_uri", &uri) ||
      !find_argument(json, size, "arg_body", &body) ||
      !find_argument(json, size, "arg_secret", &secret)) {
    __builtin_trap();
  }
  append(uri.bytes, uri.size);
  append_text("#");
  append(body.bytes, body.size);
  append_text("#argfunc");
  char hash[32];
  md5_hex(answer, answer_size, hash);
  answer_size = 0;
  if (secret.size == sizeof hash && memcmp(secret.bytes, hash, sizeof hash) == 0) {
    append_text("{\"status\":\"200\",\"body\":\"<html><h1>Auth Pass!</h1><p>hash ");
    append(hash, sizeof hash);
  } else {
    append_text("{\"status\":\"403\",\"body\":\"<html><h1>Auth Forbidden!</h1><p>hash ");
    append(hash, sizeof hash);
    append_text(" secret ");
    append(secret.bytes, secret.size);
  }
  append_text("</p></html>\"}");
  return (struct Text){answer, answer_size};
}
