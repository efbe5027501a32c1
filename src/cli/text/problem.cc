#include "cli/text/problem.h"

#include <fmt/format.h>

#include "cli/text/answer_fields.h"

namespace rockpool::cli {
namespace {

std::string missing_imports(const json::Value& problem) {
  std::string text;
  for (const json::Value& import : list_at(problem, "imports")) {
    std::string module = text_at(import, "module");
    std::string name = text_at(import, "name");
    std::string_view separator = module.empty() || name.empty() ? "" : ".";
    text += fmt::format("\n  {}{}{}  {}", module, separator, name, text_at(import, "type"));
    if (std::string nearest = text_at(import, "nearest"); !nearest.empty())
      text += fmt::format("\n      the nearest offered here is {}", nearest);
    if (std::string advice = text_at(import, "advice"); !advice.empty())
      text += "\n      " + advice;
  }
  return text;
}

}  // namespace

Error problem_of(int status, const json::Value& problem) {
  std::string name = text_at(problem, "code");
  std::string words = text_at(problem, "detail");
  if (words.empty()) words = text_at(problem, "title");
  if (words.empty()) words = fmt::format("the server answered with status {}", status);
  if (std::string function = text_at(problem, "function"); !function.empty())
    words = fmt::format("{}: {}", function, words);
  words += missing_imports(problem);
  auto code = error_code_of(name);
  if (code == ErrorCode::Unauthorized) words += "\n  this command sends what ROCKPOOL_TOKEN holds";
  Error told(code.value_or(ErrorCode::Internal), words, text_at(problem, "request_id"));
  return code ? with_reference(told) : told;
}

Error with_reference(const Error& error) {
  auto name = name_of(error.code());
  return Error(
      error.code(),
      fmt::format("{}\n  ({}; `rockpool explain {}` says more)", error.message(), name, name),
      error.detail());
}

Error problem_of_body(int status, std::string_view body) {
  auto problem = json::parse(body);
  if (!problem) return problem_of(status, json::Value());
  return problem_of(status, *problem);
}

}  // namespace rockpool::cli
