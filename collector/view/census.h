#pragma once

// The census: what all hosts together say and have in common, counted over the newest view and all
// rows of the host table. It takes too long for a tick (0.1 s at a million slots), so a thread of
// its own takes a pass at a constant pace, whoever asks and however hosts are, and readers are told
// how old it is.
//
// A pass reads every slot's row, whether a host has it or not. A row counts where the view and the
// row are of the same host: rows that are newer than the view, and hosts that left, are left out.
// All memory is taken at construction. Pure: the view brings the time.

#include <cstdint>
#include <vector>

#include "collector/view/cause.h"
#include "collector/view/check_counter.h"
#include "collector/view/check_counts.h"
#include "collector/view/host_table.h"
#include "collector/view/key_counter.h"
#include "collector/view/latest.h"
#include "collector/view/tally.h"
#include "collector/view/view.h"
#include "collector/view/view_board.h"
#include "schema/answers/planes.h"

namespace flatline {

/// Where readers find what the last pass counted.
struct CensusBoard {
  Latest<CheckCounts> checks;
  /// The same hosts by all names that are known, whether a host that reports has such a check or
  /// not. Where there are more than kCountedChecks, those that came first are counted apart.
  Latest<CheckCounts> known_checks;
  Latest<Causes> causes;
  Latest<KeyCounts> keys;
};

/// How long it is from one pass to the next: a function of the capacity alone, by which passes take
/// at most about a hundredth of a core.
Duration census_period(std::uint32_t capacity);

class Census {
 public:
  /// Both are borrowed, and are only read.
  Census(const ViewBoard& board, const HostTable& host_table);

  /// Takes one pass and publishes it. Before the first tick it does nothing.
  void take();

  /// Any thread may read it.
  [[nodiscard]] const CensusBoard& results() const { return results_; }

 private:
  void count(std::uint32_t begin, std::uint32_t end);
  void count(std::uint32_t slot);
  [[nodiscard]] Standing standing(HostState state) const;

  const ViewBoard& board_;
  const HostTable& host_table_;
  View view_;
  std::vector<std::uint8_t> planes_;  ///< The view's, by slot (slot_bytes.h).
  HostRecord record_;
  CheckCounter checks_;
  CheckCounts counts_;
  Tally tally_;
  CauseFinder finder_;
  Causes causes_;
  KeyCounter keys_;
  std::uint32_t first_ = 0;  ///< Where the pass begins.
  CensusBoard results_;
};

}  // namespace flatline
