#pragma once

namespace rockpool::cli {

// From its making on, SIGINT, SIGTERM and SIGHUP do not end the process but make a descriptor
// readable.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  int descriptor() const { return descriptor_; }
  bool came() const;

 private:
  int descriptor_;
};

// In a child process: signals end it again.
void restore_signals();

}  // namespace rockpool::cli
