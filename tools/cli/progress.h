#pragma once

// How far a job of many parts is: said on a terminal, twice a second once a second has passed.

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
