#pragma once

// All that is wrong with a long input, told at once: whoever mends one line at a time tries as
// often as there are wrong ones.

#include <cstddef>
#include <string>

namespace flatline::cli {

class Faults {
 public:
  /// `what` follows their number: `lines are wrong`.
  explicit Faults(std::string what) : what_(std::move(what)) {}

  void add(const std::string& fault);
  /// Throws Failure with a line for each of the first few faults. Does nothing if there is none.
  void tell() const;

 private:
  std::string what_;
  std::size_t count_ = 0;
  std::string text_;
};

}  // namespace flatline::cli
