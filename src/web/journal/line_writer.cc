#include "web/journal/line_writer.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace rockpool::web {
namespace {

// How much may wait to be written: some seconds of a busy server.
constexpr std::size_t kMaxWaitingBytes = std::size_t{4} << 20;

}  // namespace

LineWriter::LineWriter(Write write, DroppedLine dropped_line)
    : write_(std::move(write)),
      dropped_line_(std::move(dropped_line)),
      writer_([this] { write_all(); }) {}

LineWriter::~LineWriter() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

void LineWriter::add(std::string_view line) {
  bool writer_sleeps = false;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > kMaxWaitingBytes) {
      ++dropped_;
      return;
    }
    writer_sleeps = waiting_.empty();
    waiting_ += line;
  }
  if (writer_sleeps) changed_.notify_one();
}

void LineWriter::write_all() {
  std::string lines;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    lines.swap(waiting_);
    if (dropped_ > 0) lines += dropped_line_(std::exchange(dropped_, 0));
    lock.unlock();
    write_(lines);
    lines.clear();
    lock.lock();
  }
}

void write_lines(int descriptor, std::string_view lines) {
  while (!lines.empty()) {
    ssize_t written = ::write(descriptor, lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace rockpool::web
