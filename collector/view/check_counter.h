#pragma once

// Counts checks by name and state over many rows, in memory that is taken at construction. Pure:
// the census hands it the rows.

#include <array>
#include <cstdint>
#include <vector>

#include "collector/view/check_counts.h"
#include "collector/view/host_table.h"

namespace flatline {

class CheckCounter {
 public:
  CheckCounter();

  /// Begins to count anew.
  void begin(const HostTable& host_table);
  void add(const HostRecord& record);
  /// Fills in all of `counts` but its time and tick. Where there are more names than
  /// kCountedChecks, those are counted apart that fail on the most hosts, then those that the most
  /// hosts have. A name that changed its place since begin() is counted under `other`, once.
  void finish(const HostTable& host_table, CheckCounts& counts);
  /// The same by names, not by states: fills in the first kCountedChecks that are known, in the
  /// order of their places. So which they are changes when names come and go, and never because
  /// hosts fail or fall silent.
  void list_known(const HostTable& host_table, CheckCounts& counts) const;

 private:
  std::vector<CheckName> names_;  ///< By CheckNameId, as they were at begin().
  std::vector<std::array<std::uint32_t, kCheckStates>> hosts_;  ///< By CheckNameId.
  std::vector<CheckCount> found_;                               ///< Scratch of finish().
};

}  // namespace flatline
