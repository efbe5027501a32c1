#include "cli/file_watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace rockpool::cli {

Result<FileWatch> FileWatch::open(const std::string& path) {
  std::filesystem::path file(path);
  std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  int descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  // The folder, not the file: one that takes the file's place is another inode.
  constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO;
  if (descriptor < 0 || inotify_add_watch(descriptor, folder.c_str(), kEvents) < 0) {
    int error = errno;
    if (descriptor >= 0) close(descriptor);
    return fail(ErrorCode::Io,
                fmt::format("can't watch '{}': {}", folder.string(), std::strerror(error)));
  }
  return FileWatch(descriptor, file.filename().string());
}

FileWatch::FileWatch(FileWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

FileWatch::~FileWatch() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool FileWatch::wait(std::chrono::milliseconds patience, std::chrono::milliseconds quiet,
                     int interrupt) {
  using std::chrono::milliseconds;
  using Clock = std::chrono::steady_clock;
  auto deadline = Clock::now() + patience;
  auto left = patience;
  do {
    if (!has_event(left, interrupt)) return false;
    if (take_events()) {
      while (has_event(quiet, interrupt)) take_events();
      return true;
    }
    left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  } while (left > milliseconds::zero());
  return false;
}

bool FileWatch::has_event(std::chrono::milliseconds patience, int interrupt) const {
  std::array<pollfd, 2> waiting = {{{.fd = descriptor_, .events = POLLIN, .revents = 0},
                                    {.fd = interrupt, .events = POLLIN, .revents = 0}}};
  int ready = poll(waiting.data(), waiting.size(), static_cast<int>(patience.count()));
  return ready > 0 && waiting[1].revents == 0;
}

bool FileWatch::take_events() {
  alignas(inotify_event) std::array<char, 16 * 1024> events;
  bool about_file = false;
  for (;;) {
    ssize_t size = read(descriptor_, events.data(), events.size());
    if (size <= 0) return about_file;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      // The kernel writes whole, aligned events (inotify(7)).
      const auto* event = reinterpret_cast<const inotify_event*>(events.data() + at);
      if (event->len > 0 && name_ == event->name) about_file = true;
      if ((event->mask & IN_Q_OVERFLOW) != 0) about_file = true;
      at += sizeof(inotify_event) + event->len;
    }
  }
}

}  // namespace rockpool::cli
