#pragma once

// Holds what was measured against what is promised, and prints both.

#include <string>

#include "bench/detection_proof/detection.h"

namespace flatline::bench {

class Proof {
 public:
  void expect(bool holds, const std::string& text);
  /// Prints what was found, and returns the exit code.
  int conclude();

 private:
  std::string findings_;
  int broken_ = 0;
};

/// Prints the spreads of the real run.
void prove_detection(const DetectionPlan& plan, Proof& proof);

/// Prints a line a loss and a window; each is played for so many intervals of a host, where that is
/// enough to see one.
void prove_losses(double host_intervals, Proof& proof);

}  // namespace flatline::bench
