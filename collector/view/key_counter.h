#pragma once

// Counts hosts by the key and the credential generation that they spoke with last, in memory that
// is taken at construction. Pure: the census hands it the rows.

#include <cstdint>
#include <vector>

#include "collector/view/host_table.h"
#include "collector/view/key_counts.h"

namespace flatline {

class KeyCounter {
 public:
  KeyCounter();

  /// Begins to count anew, over the hosts of this view.
  void begin(const ViewHead& head);
  void add(const HostRecord& record, bool speaks);
  /// What was counted. Of more generations than kCountedGenerations, those are counted apart that
  /// the most hosts have. It is valid until the next begin().
  const KeyCounts& finish();

 private:
  GenerationCount* place_of(std::uint8_t key_id, std::uint16_t generation);

  KeyCounts counts_;
  std::vector<GenerationCount> seen_;  ///< By a hash; a place without hosts is free.
};

}  // namespace flatline
