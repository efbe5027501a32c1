#include "platform/program_loader.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
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

}  // namespace

ModuleCode code_of(const Version& version, engine::BinaryKind kind) {
  ModuleCode code{.digest = version.digest, .kind = kind};
  code.options.abi = version.abi;
  code.options.reuse = version.settings.reuse;
  code.options.environment.assign(version.settings.env.begin(), version.settings.env.end());
  return code;
}

ProgramLoader::ProgramLoader(const World& world, Compile compile, std::size_t parallel_compiles,
                             Families& families)
    : world_(world),
      compile_(std::move(compile)),
      families_(families),
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
  ASSIGN_OR_RETURN(auto cached, world_.cache.get(code.digest.hex()));
  auto program = world_.engine.load(cached.file.number(), code.kind, code.options);
  if (program || is_modules_fault(program.error())) return program;
  world_.log.warning(fmt::format("the machine code of {} does not load and is made again: {}",
                                 code.digest.text(), program.error().to_string()));
  RETURN_IF_ERROR(world_.cache.remove(code.digest.hex()));
  return fail(ErrorCode::NotFound, "the cached machine code does not load");
}

ProgramLoader::ProgramResult ProgramLoader::compile_and_load(const ModuleCode& code) {
  std::string machine_code;
  if (code.wasm != nullptr) {
    ASSIGN_OR_RETURN(machine_code, compile(*code.wasm));
  } else {
    auto wasm = world_.blobs.read(code.digest);
    if (!wasm) {
      return fail(ErrorCode::Corrupt, fmt::format("the module {} is lost", code.digest.text()),
                  wasm.error().to_string());
    }
    ASSIGN_OR_RETURN(machine_code, compile(*wasm));
  }
  if (auto kept = world_.cache.put(code.digest.hex(), machine_code); !kept) {
    world_.log.warning(fmt::format("the machine code of {} can't be kept: {}", code.digest.text(),
                                   kept.error().to_string()));
    return load_uncached(code, machine_code);
  }
  auto program = load_cached(code);
  bool is_gone = !program && program.error().code() == ErrorCode::NotFound;
  return is_gone ? load_uncached(code, machine_code) : program;
}

Result<std::string> ProgramLoader::compile(std::string_view wasm) {
  auto begun = world_.clock.steady_now();
  auto machine_code = compile_(wasm);
  families_.compile.with({})->observe(world_.metrics.shared_shard(),
                                      world_.clock.steady_now() - begun);
  return machine_code;
}

ProgramLoader::ProgramResult ProgramLoader::load_uncached(const ModuleCode& code,
                                                          std::string_view machine_code) {
  ASSIGN_OR_RETURN(auto file, memory_file(machine_code));
  return world_.engine.load(file.number(), code.kind, code.options);
}

}  // namespace rockpool::platform
