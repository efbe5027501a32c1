#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/reactor.h"
#include "engine/engine.h"

namespace rockpool::engine {

// How one call ended, with all that came out of it.
struct Answer {
  std::optional<AnswerHead> head;
  std::string body;
  std::optional<Error> failure;
  Usage usage;
  std::string log;

  std::string code() const { return failure ? std::string(name_of(failure->code())) : "ok"; }
};

// What a call is made with.
struct Ask {
  std::string path = "/";
  std::string body;
  Limits limits;
  GuestState* state = nullptr;  // typed
};

// An engine with guests of tests/guests, driven on the calling thread.
class GuestBench {
 public:
  explicit GuestBench(const EngineOptions& options);
  ~GuestBench();

  // Compiles and loads build/guests/NAME.wasm; once per name, abi and reuse.
  std::shared_ptr<const Program> program(const std::string& name, Abi abi,
                                         Reuse reuse = Reuse::Fresh);

  Answer call_http(const std::string& name, const Ask& ask = {}, Reuse reuse = Reuse::Fresh);
  Answer call_cgi(const std::string& name, const Ask& ask = {});
  Answer call_typed(const std::string& name, const std::string& function, const Ask& ask = {},
                    Reuse reuse = Reuse::Fresh);
  Answer call_json(const std::string& name, const std::string& function, const Ask& ask = {});
  Answer call_argv(const std::string& name, const Ask& ask = {});
  Answer try_out(const std::string& name, Abi abi, const Ask& ask = {});

  Engine& engine() { return *engine_; }
  async::Reactor& reactor() { return reactor_; }
  // Runs the reactor until the call has ended.
  Answer run(std::unique_ptr<GuestCall> call);

 private:
  const TypedExport& exported(const std::string& name, const std::string& function);
  const Inspection& inspection(const std::string& name);

  async::Reactor reactor_{0};
  std::unique_ptr<Engine> engine_;
  std::map<std::string, std::string> modules_;
  std::map<std::string, Inspection> inspections_;
  std::map<std::string, std::shared_ptr<const Program>> programs_;
};

}  // namespace rockpool::engine
