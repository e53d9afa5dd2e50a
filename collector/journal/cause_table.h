#pragma once

// Which check's name had which place among the causes, from when on. The stored causes are only
// places, and a place may get another name, so without this the past would be falsified. At most
// kCauseNamesKept rows are kept; of those whose place has another name since, the oldest go first.
// It is a table in the registry's file, and the same thread uses it.

#include <span>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/cause_name.h"

namespace flatline {

/// Adds what is not stored yet. Call it within a transaction.
void store_cause_names(Database& database, std::span<const PlacedCause> names);

/// All that is remembered, the oldest first; the last of a place is the one that has it.
[[nodiscard]] std::vector<PlacedCause> read_cause_names(Database& database);

}  // namespace flatline
