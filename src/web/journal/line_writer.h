#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace rockpool::web {

// Writes lines from a thread of its own, so that nobody waits for whoever takes them: lines that
// come faster than they can be written are dropped, and a later line says how many. Callable from
// any thread.
class LineWriter {
 public:
  // `write` takes whole lines, on the writer's thread; `dropped_line` gives the line that tells of
  // so many dropped ones.
  using Write = std::function<void(std::string_view lines)>;
  using DroppedLine = std::function<std::string(std::uint64_t count)>;

  LineWriter(Write write, DroppedLine dropped_line);
  // Writes what waits.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // `line` ends with a newline.
  void add(std::string_view line);

 private:
  void write_all();

  const Write write_;
  const DroppedLine dropped_line_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  std::uint64_t dropped_ = 0;
  bool stopped_ = false;
  std::thread writer_;  // last: it uses what stands above
};

// All of `lines`; what can't be written is lost, as a log is no reason to fail a request.
void write_lines(int descriptor, std::string_view lines);

}  // namespace rockpool::web
