#include "dialects/wess/wess_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

#include "logs/escape_line.h"
#include "store/file_descriptor.h"

namespace rockpool::dialects::wess {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxMessageBytes = 4096;
// Where in Wess's source a line would come from; its users' tools expect such a place.
constexpr std::string_view kPlace = "src/main.rs:1";

std::string_view name_of(WessLog::Level level) {
  switch (level) {
    case WessLog::Level::Error:
      return "ERROR";
    case WessLog::Level::Warn:
      return "WARN";
    case WessLog::Level::Info:
      return "INFO";
  }
  return {};
}

std::string_view name_of(WessLog::Target target) {
  switch (target) {
    case WessLog::Target::Wess:
      return "wess";
    case WessLog::Target::Transaction:
      return "wess::tx";
    case WessLog::Target::Error:
      return "wess::err";
  }
  return {};
}

// "2026-01-31T09:30:00", in UTC.
std::string seconds_of(WallTime time) {
  return format_rfc3339(time).substr(0, 19);
}

std::string line_of(WallTime time, WessLog::Level level, WessLog::Target target,
                    std::string_view message) {
  return fmt::format("{} | {} {} | {} - {}\n", seconds_of(time), name_of(level), name_of(target),
                     kPlace, message);
}

Result<store::FileDescriptor> open_log(const fs::path& path) {
  store::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.number() >= 0) return file;
  return fail(ErrorCode::Io, fmt::format("can't open the log {}", path.string()),
              std::system_category().message(errno));
}

std::size_t size_of(const store::FileDescriptor& file) {
  struct stat status{};
  return ::fstat(file.number(), &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0;
}

}  // namespace

// Used by the writer's thread.
class WessLog::File {
 public:
  File(fs::path path, store::FileDescriptor file)
      : path_(std::move(path)), file_(std::move(file)), size_(wess::size_of(file_)) {}

  void write(std::string_view lines) {
    if (size_ > kMaxFileBytes) begin_anew();
    web::write_lines(file_.number(), lines);
    size_ += lines.size();
  }

 private:
  // Where that fails the old file goes on.
  void begin_anew() {
    size_ = 0;
    std::error_code error;
    fs::rename(path_, path_.string() + ".1", error);
    if (error) return;
    if (auto opened = open_log(path_)) file_ = *std::move(opened);
  }

  const fs::path path_;
  store::FileDescriptor file_;
  std::size_t size_;
};

WessLog::WessLog(std::shared_ptr<File> file, const Clock& clock)
    : clock_(clock),
      lines_([file = std::move(file)](std::string_view lines) { file->write(lines); },
             [&clock](std::uint64_t count) {
               return line_of(clock.wall_now(), Level::Warn, Target::Wess,
                              fmt::format("{} lines dropped", count));
             }) {}

Result<std::unique_ptr<WessLog>> WessLog::open(const fs::path& data, const Clock& clock) {
  auto directory = data / "log";
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    return fail(ErrorCode::Io, fmt::format("can't make {}", directory.string()), error.message());
  }
  auto path = directory / "wess.log";
  ASSIGN_OR_RETURN(auto opened, open_log(path));
  auto file = std::make_shared<File>(std::move(path), std::move(opened));
  return std::unique_ptr<WessLog>(new WessLog(std::move(file), clock));
}

void WessLog::write(Level level, Target target, std::string_view message) {
  auto pieces = logs::escape_line(message, kMaxMessageBytes);
  lines_.add(line_of(clock_.wall_now(), level, target, pieces.front()));
}

}  // namespace rockpool::dialects::wess
