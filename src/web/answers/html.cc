#include "web/answers/html.h"

namespace rockpool::web {

std::string html_escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string html_page(std::string_view title, std::string_view body) {
  std::string safe_title = html_escape(title);
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>";
  page += safe_title;
  page +=
      "</title>\n<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;"
      "padding:0 1rem}code{background:#8882;padding:.1em .3em}"
      ":root{color-scheme:light dark}</style>\n<h1>";
  page += safe_title;
  page += "</h1>\n";
  page += body;
  page += "\n</html>\n";
  return page;
}

}  // namespace rockpool::web
