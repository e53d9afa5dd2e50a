#pragma once

// Shows how far a job of many parts is, on stderr where that is a terminal: first after a second,
// and then at most twice a second.

#include <chrono>
#include <cstddef>

namespace flatline::cli {

class Progress {
 public:
  explicit Progress(std::size_t total);
  /// Wipes what it has shown.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void at(std::size_t done);

 private:
  std::size_t total_;
  bool is_terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace flatline::cli
