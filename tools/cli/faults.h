#pragma once

// All that is wrong with a long input, told at once: whoever mends one line at a time tries as
// often as there are wrong ones.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace flatline::cli {

class Faults {
 public:
  /// `what` follows their number: `lines are wrong`.
  explicit Faults(std::string what) : what_(std::move(what)) {}

  /// `line` is where in a file the fault is; 0 where there is no such place. Lines come in order.
  void add(const std::string& fault, std::size_t line = 0);
  /// Throws Failure with a line for each of the first few faults, and the places of the others.
  /// Does nothing if there is none.
  void tell() const;

 private:
  /// Lines from `first` to `last`, both wrong, and all between them.
  struct Range {
    std::size_t first;
    std::size_t last;
  };

  void note_place(std::size_t line);

  std::string what_;
  std::size_t count_ = 0;
  std::string text_;
  std::vector<Range> others_;
  bool is_cut_ = false;  ///< Whether there are more others than are told.
};

}  // namespace flatline::cli
