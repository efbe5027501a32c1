#include "platform/programs/program_loader.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <utility>

namespace rockpool::platform {
namespace {

// A file without a name that holds `bytes`, in memory.
Result<store::FileDescriptor> memory_file(std::string_view bytes) {
  store::FileDescriptor file(memfd_create("machine-code", MFD_CLOEXEC));
  if (file.number() < 0) return std::unexpected(store::file_error(errno, "make a memory file", ""));
  while (!bytes.empty()) {
    auto written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(store::file_error(errno, "write a memory file", ""));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return file;
}

// Whether loading failed because of the module rather than its machine code.
bool is_modules_fault(const Error& error) {
  return error.code() == ErrorCode::ImportMissing || error.code() == ErrorCode::ModuleUnsupported;
}

// The module's own, then those it is linked to.
std::vector<Digest> modules_of(const ModuleCode& code) {
  std::vector<Digest> digests = {code.digest};
  for (const engine::LinkedModule& linked : code.options.linked) digests.push_back(linked.digest);
  return digests;
}

}  // namespace

ModuleCode code_of(const Version& version, engine::BinaryKind kind) {
  ModuleCode code{.digest = version.digest, .kind = kind};
  code.options.abi = version.abi;
  code.options.reuse = version.settings.reuse;
  code.options.environment.assign(version.settings.env.begin(), version.settings.env.end());
  code.options.links = version.links.own;
  for (const LinkedFunction& linked : version.links.functions)
    code.options.linked.push_back(linked.module);
  return code;
}

ProgramLoader::ProgramLoader(const World& world, Compile compile, std::size_t parallel_compiles,
                             FunctionMetrics& function_metrics)
    : world_(world),
      compile_(std::move(compile)),
      function_metrics_(function_metrics),
      compiles_(parallel_compiles) {}

asio::awaitable<ProgramLoader::ProgramResult> ProgramLoader::load(
    ModuleCode code, std::function<void()> on_compile) {
  // Instances that are kept hold what their own version's calls left in them.
  if (code.options.reuse == engine::Reuse::Instance) {
    co_return co_await load_own(code, std::move(on_compile));
  }
  if (auto known = shared_.find(code.digest, code.options)) co_return known;
  auto slot = shared_.slot(code.digest, code.options);
  ProgramSlot::Load load = [this, &code, &on_compile] { return load_own(code, on_compile); };
  auto program = co_await slot->get_or_load(load);
  if (program) shared_.keep(code.digest, code.options, *program);
  co_return program;
}

asio::awaitable<ProgramLoader::ProgramResult> ProgramLoader::load_own(
    const ModuleCode& code, std::function<void()> on_compile) {
  auto from_cache = [this, &code] { return load_cached(code); };
  auto cached = co_await world_.blocking.run(from_cache);
  if (cached || cached.error().code() != ErrorCode::NotFound) co_return cached;
  if (on_compile) on_compile();
  auto from_module = [this, &code] { return compile_and_load(code); };
  co_return co_await compiles_.run(from_module);
}

ProgramLoader::ProgramResult ProgramLoader::load_cached(const ModuleCode& code) {
  Files files;
  for (const Digest& digest : modules_of(code)) {
    ASSIGN_OR_RETURN(auto cached, world_.cache.get(digest.hex()));
    files.push_back(std::move(cached.file));
  }
  auto program = load_files(code, files);
  if (program || is_modules_fault(program.error())) return program;
  world_.log.warning(fmt::format("the machine code of {} does not load and is made again: {}",
                                 code.digest.text(), program.error().to_string()));
  for (const Digest& digest : modules_of(code)) RETURN_IF_ERROR(world_.cache.remove(digest.hex()));
  return fail(ErrorCode::NotFound, "the cached machine code does not load");
}

ProgramLoader::ProgramResult ProgramLoader::compile_and_load(const ModuleCode& code) {
  Files files;
  for (const Digest& digest : modules_of(code)) {
    ASSIGN_OR_RETURN(auto file, machine_code(digest, files.empty() ? code.wasm.get() : nullptr));
    files.push_back(std::move(file));
  }
  return load_files(code, files);
}

Result<store::FileDescriptor> ProgramLoader::machine_code(const Digest& digest,
                                                          const std::string* wasm) {
  if (auto cached = world_.cache.get(digest.hex())) return std::move(cached->file);
  ASSIGN_OR_RETURN(auto made, compile_module(digest, wasm));
  if (auto kept = world_.cache.put(digest.hex(), made); !kept) {
    world_.log.warning(fmt::format("the machine code of {} can't be kept: {}", digest.text(),
                                   kept.error().to_string()));
    return memory_file(made);
  }
  if (auto cached = world_.cache.get(digest.hex())) return std::move(cached->file);
  return memory_file(made);
}

Result<std::string> ProgramLoader::compile_module(const Digest& digest, const std::string* wasm) {
  if (wasm != nullptr) return compile(*wasm);
  auto stored = world_.blobs.read(digest);
  if (!stored) {
    return fail(ErrorCode::Corrupt, fmt::format("the module {} is lost", digest.text()),
                stored.error().to_string());
  }
  return compile(*stored);
}

Result<std::string> ProgramLoader::compile(std::string_view wasm) {
  auto begun = world_.clock.steady_now();
  auto machine_code = compile_(wasm);
  function_metrics_.compile.with({})->observe(world_.metrics.shared_shard(),
                                              world_.clock.steady_now() - begun);
  return machine_code;
}

ProgramLoader::ProgramResult ProgramLoader::load_files(const ModuleCode& code, const Files& files) {
  engine::MachineCode machine_code{.own = files.front().number()};
  for (const auto& file : std::span(files).subspan(1)) machine_code.linked.push_back(file.number());
  return world_.engine.load(machine_code, code.kind, code.options);
}

}  // namespace rockpool::platform
