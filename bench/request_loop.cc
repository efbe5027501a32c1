// The request path from the engine down, without sockets or clocks, for counting instructions: the
// same guest is called again and again on one thread, a fresh instance each time.
//
//   request_loop compile MODULE MACHINE_CODE
//   request_loop run MACHINE_CODE http|cgi|typed COUNT
//   request_loop time MACHINE_CODE http|cgi|typed COUNT
//
// `time` uses the engine as the server does, with its pool, and prints microseconds a call.
// `typed` calls an export `sum` of two i32. Every answer is checked, so that no failure is counted
// as a quick call.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/reactor.h"
#include "base/log.h"
#include "engine/cgi/cgi.h"
#include "engine/engine.h"
#include "engine/values/text_arguments.h"
#include "engine/values/typed_values.h"

namespace {

using namespace rockpool;
using engine::Abi;
using engine::GuestCall;

// Longer than any run: nothing may depend on how slow the simulated machine is.
constexpr std::chrono::hours kNever{1};
// The engine's ticker ends at its next tick.
constexpr std::chrono::seconds kTick{1};

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  return std::move(*result);
}

// The guests that are measured say nothing and ask for nothing.
class QuietHost final : public engine::CallHost {
 public:
  void log(engine::GuestStream, std::string_view) override {}
  void send(std::shared_ptr<engine::OutgoingRequest> request) override {
    request->fail(ErrorCode::CallDenied);
  }
};

std::unique_ptr<engine::Engine> make_quiet_engine(Log& log) {
  engine::EngineOptions options{.allocator = engine::Allocator::OnDemand,
                                .pagemap_scan = engine::PagemapScan::Off,
                                .long_run_threads = 1,
                                .first_quantum = kNever,
                                .tick = kTick};
  return value_of(engine::make_engine(options, log));
}

void compile(engine::Engine& engine, const char* module_file, const char* machine_code_file) {
  std::ifstream module(module_file, std::ios::binary);
  std::string wasm{std::istreambuf_iterator<char>(module), {}};
  std::string machine_code = value_of(engine.compile(wasm));
  std::ofstream output(machine_code_file, std::ios::binary);
  output.write(machine_code.data(), static_cast<std::streamsize>(machine_code.size()));
  output.close();
  if (!module || !output) throw std::runtime_error("can't read the module or write its code");
}

std::shared_ptr<const engine::Program> load(engine::Engine& engine, const char* file, Abi abi) {
  int descriptor = open(file, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw std::runtime_error(fmt::format("can't open {}", file));
  auto kind = abi == Abi::Http ? engine::BinaryKind::Component : engine::BinaryKind::CoreModule;
  auto program = engine.load({.own = descriptor}, kind,
                             {.abi = abi, .environment = {}, .links = {}, .linked = {}});
  close(descriptor);
  return value_of(std::move(program));
}

// What is called, and what it has to answer.
struct Order {
  Abi abi = Abi::Http;
  std::string exported = "sum";  // typed: of two integers; json: of text
  std::string arguments = "[12,43]";
  std::string answer;
};

engine::TypedExport export_of(const Order& order) {
  engine::WitType integer;
  integer.kind = engine::WitType::Kind::S32;
  engine::TypedExport exported;
  exported.name = exported.function = order.exported;
  exported.parameters = {{"", integer}, {"", integer}};
  exported.results = {integer};
  if (order.abi == Abi::Json) exported.results.push_back(integer);
  return exported;
}

class RequestLoop {
 public:
  RequestLoop(engine::Engine& engine, std::shared_ptr<const engine::Program> program, Order order)
      : engine_(engine),
        program_(std::move(program)),
        order_(std::move(order)),
        exported_(export_of(order_)) {
    options_.host = &host_;
    options_.limits.wall = kNever;
    options_.limits.cpu = kNever;
  }

  void run(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) take_answer(*start());
  }

 private:
  using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

  std::unique_ptr<GuestCall> start() {
    switch (order_.abi) {
      case Abi::Http:
        return start_http();
      case Abi::Cgi:
        return start_cgi();
      case Abi::Json:
        return start_json();
      default:
        return start_typed();
    }
  }

  std::unique_ptr<GuestCall> start_http() {
    engine::HttpRequest request{.method = "GET",
                                .scheme = "http",
                                .authority = "localhost",
                                .path_with_query = "/hello",
                                .headers = headers_,
                                .content_length = 0};
    return engine_.start_http(home_, program_, request, options_);
  }

  std::unique_ptr<GuestCall> start_cgi() {
    engine::CgiRequest request{.method = "GET",
                               .script_name = "/hello",
                               .path_info = "",
                               .query = "",
                               .server_name = "localhost",
                               .server_port = "80",
                               .remote_address = "127.0.0.1",
                               .headers = headers_};
    auto environment = engine::cgi_environment(request);
    return engine_.start_cgi(home_, program_, environment, options_);
  }

  std::unique_ptr<GuestCall> start_json() {
    std::string arguments = value_of(engine::encode_text_arguments(order_.arguments));
    return engine_.start_json(home_, program_, exported_, std::move(arguments), options_);
  }

  std::unique_ptr<GuestCall> start_typed() {
    std::string arguments =
        value_of(engine::encode_arguments(exported_.parameters, order_.arguments));
    return engine_.start_typed(home_, program_, exported_, std::move(arguments), options_);
  }

  void take_answer(GuestCall& call) {
    std::string body;
    for (;;) {
      auto event = call.poll_event();
      if (!event) throw std::runtime_error("the guest did not end within its first quantum");
      if (event->failure) throw std::runtime_error(event->failure->to_string());
      if (event->kind == GuestCall::Event::Kind::End) break;
      body += event->body;
    }
    if (body != order_.answer) throw std::runtime_error(fmt::format("the guest answered {}", body));
  }

  engine::Engine& engine_;
  std::shared_ptr<const engine::Program> program_;
  async::Reactor home_{0};
  QuietHost host_;
  engine::CallOptions options_;
  Headers headers_{{"host", "localhost"}, {"user-agent", "request_loop"}, {"accept", "*/*"}};
  const Order order_;
  const engine::TypedExport exported_;
};

// As `rockpool serve` makes it, but for how long a guest may stay on this thread.
std::unique_ptr<engine::Engine> make_pooled_engine(Log& log) {
  engine::EngineOptions options{.first_quantum = kNever};
  return value_of(engine::make_engine(options, log));
}

void time(engine::Engine& engine, const char* machine_code_file, const Order& order,
          std::size_t count) {
  RequestLoop loop(engine, load(engine, machine_code_file, order.abi), order);
  loop.run(count / 10 + 1);  // warms the pool
  auto before = std::chrono::steady_clock::now();
  loop.run(count);
  std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - before;
  fmt::print("{:.2f} us a call\n", took.count() / static_cast<double>(count));
}

// COMMAND MACHINE_CODE ABI COUNT [EXPORT ARGUMENTS ANSWER]; none if it is not that.
std::optional<Order> order_of(const std::vector<const char*>& words) {
  bool names_export = words.size() == 8;
  if (words.size() != 5 && !names_export) return std::nullopt;
  auto abi = engine::abi_of(words[3]);
  if (!abi) return std::nullopt;
  Order order{.abi = *abi, .answer = *abi == Abi::Typed ? "[55]" : "Hello, world!"};
  if (!names_export) return order;
  order.exported = words[5];
  order.arguments = words[6];
  order.answer = words[7];
  return order;
}

int dispatch(const std::vector<const char*>& words) {
  std::string_view command = words.size() > 1 ? words[1] : "";
  auto log = make_stderr_log(LogFormat::Text, Log::Level::Warning);
  if (command == "compile" && words.size() == 4) {
    compile(*make_quiet_engine(*log), words[2], words[3]);
    return 0;
  }
  auto order = order_of(words);
  if ((command != "run" && command != "time") || !order) {
    fmt::print(stderr,
               "usage: request_loop compile MODULE MACHINE_CODE\n"
               "       request_loop run|time MACHINE_CODE http|cgi|typed|json COUNT\n"
               "                    [EXPORT ARGUMENTS ANSWER]\n");
    return 2;
  }
  auto count = std::stoul(words[4]);
  auto engine = command == "time" ? make_pooled_engine(*log) : make_quiet_engine(*log);
  engine->enter_thread();
  if (command == "time") {
    time(*engine, words[2], *order, count);
  } else {
    RequestLoop(*engine, load(*engine, words[2], order->abi), *order).run(count);
  }
  return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
  try {
    return dispatch({arguments, arguments + argument_count});
  } catch (const std::exception& failure) {
    fmt::print(stderr, "request_loop: {}\n", failure.what());
    return 1;
  }
}
