// A CGI program: shows an HTML form, and greets whoever fills it in, by GET or by POST.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMaxFormBytes = 64 * 1024 };

static int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

// Decodes application/x-www-form-urlencoded text in place.
static void decode(char* text) {
  char* to = text;
  for (const char* from = text; *from != '\0'; ++from) {
    if (*from == '+') {
      *to++ = ' ';
    } else if (*from == '%' && hex_value(from[1]) >= 0 && hex_value(from[2]) >= 0) {
      *to++ = (char)(hex_value(from[1]) * 16 + hex_value(from[2]));
      from += 2;
    } else {
      *to++ = *from;
    }
  }
  *to = '\0';
}

// The decoded value of a field, or NULL; `form` is changed.
static char* field(char* form, const char* name) {
  size_t length = strlen(name);
  for (char* pair = strtok(form, "&"); pair != NULL; pair = strtok(NULL, "&")) {
    if (strncmp(pair, name, length) == 0 && pair[length] == '=') {
      decode(pair + length + 1);
      return pair + length + 1;
    }
  }
  return NULL;
}

// What a visitor typed must not become markup.
static void print_escaped(const char* text) {
  for (; *text != '\0'; ++text) {
    switch (*text) {
      case '<':
        fputs("&lt;", stdout);
        break;
      case '>':
        fputs("&gt;", stdout);
        break;
      case '&':
        fputs("&amp;", stdout);
        break;
      case '"':
        fputs("&quot;", stdout);
        break;
      default:
        putchar(*text);
    }
  }
}

static const char* variable(const char* name) {
  const char* value = getenv(name);
  return value == NULL ? "" : value;
}

static void read_form(char* form) {
  if (strcmp(variable("REQUEST_METHOD"), "POST") == 0) {
    size_t length = fread(form, 1, kMaxFormBytes - 1, stdin);
    form[length] = '\0';
  } else {
    snprintf(form, kMaxFormBytes, "%s", variable("QUERY_STRING"));
  }
}

int main(void) {
  static char form[kMaxFormBytes];
  read_form(form);
  const char* name = field(form, "name");

  fputs("Content-Type: text/html; charset=utf-8\n\n<!doctype html>\n<title>Form</title>\n", stdout);
  if (name != NULL && *name != '\0') {
    fputs("<p>Hello, ", stdout);
    print_escaped(name);
    puts("!</p>");
  }
  fputs("<form method=\"post\" action=\"", stdout);
  print_escaped(variable("SCRIPT_NAME"));
  puts(
      "\">\n<label>Your name <input name=\"name\" autofocus></label> "
      "<button>Greet</button>\n</form>");
  return 0;
}
