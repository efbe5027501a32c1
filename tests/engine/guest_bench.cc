#include "tests/engine/guest_bench.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "engine/values/text_arguments.h"
#include "engine/values/typed_values.h"

namespace rockpool::engine {
namespace {

class StderrLog final : public Log {
 public:
  void write(Level, std::string_view) override {}
};

class KeptLog final : public CallHost {
 public:
  void log(GuestStream, std::string_view bytes) override { text += bytes; }
  void send(std::shared_ptr<OutgoingRequest> request) override {
    request->fail(ErrorCode::CallDenied);
  }
  std::string text;
};

class TextBody final : public BodySource {
 public:
  explicit TextBody(std::string_view text) : text_(text) {}
  std::optional<std::string_view> whole() override { return text_; }
  asio::awaitable<Result<std::string>> read(std::size_t) override { co_return std::string(); }

 private:
  std::string_view text_;
};

template <class T>
T unwrap(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  return *std::move(result);
}

std::string read_guest(const std::string& name) {
  std::ifstream file(std::string(ROCKPOOL_GUESTS) + "/" + name + ".wasm", std::ios::binary);
  if (!file) throw std::runtime_error("no guest " + name);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

asio::awaitable<void> collect(GuestCall& call, Answer& answer) {
  for (;;) {
    auto event = co_await call.next_event();
    if (event.kind == GuestCall::Event::Kind::Head) answer.head = std::move(event.head);
    if (event.kind == GuestCall::Event::Kind::Body) answer.body += event.body;
    if (event.kind == GuestCall::Event::Kind::End) {
      answer.failure = std::move(event.failure);
      break;
    }
  }
  answer.usage = call.usage();
  co_await call.close();
}

}  // namespace

GuestBench::GuestBench(const EngineOptions& options) {
  StderrLog log;
  engine_ = unwrap(make_engine(options, log));
  engine_->enter_thread();
}

GuestBench::~GuestBench() {
  programs_.clear();
}

const Inspection& GuestBench::inspection(const std::string& name) {
  auto found = inspections_.find(name);
  if (found == inspections_.end()) {
    modules_[name] = read_guest(name);
    found = inspections_.emplace(name, unwrap(inspect(modules_[name]))).first;
  }
  return found->second;
}

std::shared_ptr<const Program> GuestBench::program(const std::string& name, Abi abi, Reuse reuse) {
  std::string key = name + std::string(name_of(abi)) + (reuse == Reuse::Instance ? "+" : "");
  if (auto found = programs_.find(key); found != programs_.end()) return found->second;
  BinaryKind kind = inspection(name).kind;
  std::string machine_code = unwrap(engine_->compile(modules_[name]));
  int file = memfd_create("machine-code", MFD_CLOEXEC);
  bool written = write(file, machine_code.data(), machine_code.size()) ==
                 static_cast<ssize_t>(machine_code.size());
  if (!written) throw std::runtime_error("no room for machine code");
  auto program =
      engine_->load({.own = file}, kind,
                    {.abi = abi, .environment = {}, .reuse = reuse, .links = {}, .linked = {}});
  close(file);
  return programs_[key] = unwrap(std::move(program));
}

Answer GuestBench::run(std::unique_ptr<GuestCall> call) {
  Answer answer;
  std::exception_ptr failed;
  asio::co_spawn(reactor_.context(), collect(*call, answer), [&](std::exception_ptr exception) {
    failed = exception;
    reactor_.context().stop();
  });
  auto work = asio::make_work_guard(reactor_.context());
  reactor_.context().restart();
  reactor_.context().run();
  if (failed) std::rethrow_exception(failed);
  return answer;
}

Answer GuestBench::call_http(const std::string& name, const Ask& ask, Reuse reuse) {
  KeptLog log;
  TextBody body(ask.body);
  HttpRequest request{.method = ask.body.empty() ? "GET" : "POST",
                      .scheme = "http",
                      .authority = "localhost",
                      .path_with_query = ask.path,
                      .headers = {{"host", "localhost"}},
                      .content_length = ask.body.size()};
  CallOptions options{.limits = ask.limits, .host = &log, .body = &body};
  Answer answer =
      run(engine_->start_http(reactor_, program(name, Abi::Http, reuse), request, options));
  answer.log = log.text;
  return answer;
}

Answer GuestBench::call_cgi(const std::string& name, const Ask& ask) {
  KeptLog log;
  TextBody body(ask.body);
  auto query =
      ask.path.find('?') == std::string::npos ? "" : ask.path.substr(ask.path.find('?') + 1);
  CallOptions options{.limits = ask.limits, .host = &log, .body = &body};
  Answer answer =
      run(engine_->start_cgi(reactor_, program(name, Abi::Cgi),
                             {{"QUERY_STRING", query}, {"REQUEST_METHOD", "GET"}}, options));
  answer.log = log.text;
  return answer;
}

const TypedExport& GuestBench::exported(const std::string& name, const std::string& function) {
  const auto& exports = inspection(name).typed_exports;
  auto found = std::ranges::find(exports, function, &TypedExport::name);
  if (found == exports.end()) throw std::runtime_error("no export " + function);
  return *found;
}

Answer GuestBench::call_typed(const std::string& name, const std::string& function, const Ask& ask,
                              Reuse reuse) {
  KeptLog log;
  const auto& target = exported(name, function);
  CallOptions options{.limits = ask.limits, .host = &log, .state = ask.state};
  std::string arguments = unwrap(encode_arguments(target.parameters, ask.body));
  Answer answer = run(
      engine_->start_typed(reactor_, program(name, Abi::Typed, reuse), target, arguments, options));
  answer.log = log.text;
  return answer;
}

Answer GuestBench::call_json(const std::string& name, const std::string& function, const Ask& ask) {
  KeptLog log;
  CallOptions options{.limits = ask.limits, .host = &log};
  std::string arguments = unwrap(encode_text_arguments(ask.body));
  Answer answer = run(engine_->start_json(reactor_, program(name, Abi::Json),
                                          exported(name, function), arguments, options));
  answer.log = log.text;
  return answer;
}

Answer GuestBench::call_argv(const std::string& name, const Ask& ask) {
  KeptLog log;
  CallOptions options{.limits = ask.limits, .host = &log};
  auto arguments = unwrap(encode_command_arguments(ask.body));
  Answer answer = run(engine_->start_argv(reactor_, program(name, Abi::Argv), arguments, options));
  answer.log = log.text;
  return answer;
}

Answer GuestBench::try_out(const std::string& name, Abi abi, const Ask& ask) {
  KeptLog log;
  CallOptions options{.limits = ask.limits, .host = &log};
  return run(engine_->start_trial(reactor_, program(name, abi), options));
}

}  // namespace rockpool::engine
