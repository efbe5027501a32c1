#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/base64.h"
#include "base/utf8.h"
#include "cli/commands/commands.h"
#include "cli/control_client.h"
#include "cli/deploys/module_file.h"
#include "cli/invocation.h"
#include "cli/text/answer_fields.h"

namespace rockpool::cli {
namespace {

struct InvokeOptions {
  std::string name;
  std::vector<std::string> words;
  std::string method;
  std::string path;
  std::vector<std::string> headers;
  std::string body_file;
  std::vector<std::string> limits;
  Output output = Output::Text;
};

constexpr int kFirstError = 400;
// A function's own limits end it; this is for those whose limits are long.
constexpr std::chrono::hours kTimeout{1};

Result<std::string> read_body(const std::string& file) {
  if (file != "-") return read_file(file);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

// "Name: value" as [name, value].
Result<json::Value> header_of(const std::string& text) {
  auto colon = text.find(':');
  if (colon == std::string::npos || colon == 0) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("--header takes 'Name: value', not '{}'", text));
  }
  auto value = text.find_first_not_of(" \t", colon + 1);
  json::Value header = json::Value::array();
  header.push_back(text.substr(0, colon));
  header.push_back(value == std::string::npos ? std::string() : text.substr(value));
  return header;
}

// "k=v" as a member of `limits`.
Result<void> add_limit(const std::string& text, json::Value& limits) {
  auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return fail(ErrorCode::InvalidArgument, fmt::format("--limit takes K=V, not '{}'", text));
  }
  limits[text.substr(0, equals)] = text.substr(equals + 1);
  return {};
}

Result<json::Value> document_of(const InvokeOptions& options, const json::Value& function) {
  json::Value document = json::Value::object();
  if (!options.method.empty()) document["method"] = options.method;
  if (!options.path.empty()) document["path"] = options.path;
  for (const std::string& text : options.headers) {
    ASSIGN_OR_RETURN(json::Value header, header_of(text));
    document["headers"].push_back(std::move(header));
  }
  for (const std::string& text : options.limits) {
    RETURN_IF_ERROR(add_limit(text, document["limits"]));
  }
  ASSIGN_OR_RETURN(InvocationWords words, invocation_words(function, options.words));
  if (words.exported) document["export"] = *words.exported;
  if (!options.body_file.empty()) {
    if (words.args && !words.args->empty())
      return fail(ErrorCode::InvalidArgument, "give arguments or --body, not both");
    ASSIGN_OR_RETURN(std::string body, read_body(options.body_file));
    if (is_utf8(body)) {
      document["body"] = std::move(body);
    } else {
      document["body_base64"] = base64_encode(body);
    }
  } else if (words.args && options.path.empty()) {
    document["args"] = *words.args;
  }
  return document;
}

// One result as itself, strings without quotes; else the array.
std::string results_text(const json::Value& results) {
  const json::Value& value = results.size() == 1 ? results.front() : results;
  return value.is_string() ? value.get<std::string>() : json::dump(value);
}

void print_body(Terminal& terminal, const json::Value& answer) {
  if (at(answer, "results").is_array()) {
    if (!at(answer, "results").empty()) terminal.line(results_text(at(answer, "results")));
    return;
  }
  std::string body = text_at(answer, "body");
  if (std::string encoded = text_at(answer, "body_base64"); !encoded.empty()) {
    body = base64_decode(encoded).value_or(encoded);
  }
  terminal.data(body);
}

Result<ExitCode> run_invoke(Session& session, const InvokeOptions& options) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  ASSIGN_OR_RETURN(json::Value function, client.get(function_path(options.name)));
  auto document = document_of(options, function);
  if (!document) return session.wrong_usage(document.error().message());
  ControlCall call{.method = "POST",
                   .path = function_path(options.name) + "/invoke",
                   .body = json::dump(*document),
                   .content_type = "application/json",
                   .timeout = kTimeout};
  ASSIGN_OR_RETURN(ControlAnswer answer, client.call(std::move(call)));

  Terminal& terminal = session.terminal;
  std::uint64_t status = number_at(answer.body, "status");
  bool failed = status >= kFirstError || !at(answer.body, "failure").is_null();
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(answer.body));
  } else {
    print_body(terminal, answer.body);
    if (failed) terminal.note(fmt::format("status {}", status));
    terminal.hint(fmt::format("{} us, {} bytes of memory", number_at(answer.body, "duration_us"),
                              number_at(answer.body, "memory_peak_bytes")));
  }
  return failed ? ExitCode::Failure : ExitCode::Success;
}

}  // namespace

void add_invoke(CommandTree& tree) {
  auto options = std::make_shared<InvokeOptions>();
  auto& command = tree.add("invoke", "Call a function and print what it answers",
                           [options](Session& session) { return run_invoke(session, *options); });
  add_name_argument(command, options->name);
  command
      .add_option("WORDS", options->words,
                  "The export, if the function has one of that name, and its arguments: of a typed "
                  "function a string as it is, others as JSON; of a text function KEY=VALUE; of a "
                  "command the same, or values")
      ->type_name("");
  command
      .add_option("--method", options->method, "Default: POST with a body or arguments, else GET")
      ->type_name("METHOD");
  command
      .add_option("--path", options->path,
                  "As at the ingress: /hello/a?b=c; default: the function's")
      ->type_name("PATH");
  command.add_option("--header", options->headers, "'Name: value'; may be given again")
      ->expected(1)
      ->take_all()
      ->type_name("HEADER");
  command.add_option("--body", options->body_file, "The request's body; - is stdin")
      ->type_name("FILE");
  command
      .add_option("--limit", options->limits,
                  "wall=1s, cpu, memory, body, response: of this call, within the function's own; "
                  "may be given again")
      ->expected(1)
      ->take_all()
      ->type_name("K=V");
  add_output_option(command, options->output);
  command.footer(
      "Examples:\n"
      "  rockpool invoke sum 12 43\n"
      "  rockpool invoke greet name=Ann --limit cpu=50ms\n"
      "  rockpool invoke echo --body letter.txt --header 'Content-Type: text/plain'");
}

}  // namespace rockpool::cli
