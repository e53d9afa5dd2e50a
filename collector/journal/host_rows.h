#pragma once

// The registry's rows of hosts, as they are read back. A disk is not believed: what cannot have
// been written by us is left out, or a flipped bit would be somebody's name or window for good.

#include <cstdint>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/tenancy.h"

namespace flatline {

struct HostRows {
  std::vector<RestoredHost> tenancies;  ///< By slot, without what the checkpoint knows.
  std::uint64_t unsound = 0;            ///< Rows that say what none of ours can.
};

/// All of them. Throws SqliteError.
HostRows read_host_rows(Database& database);

}  // namespace flatline
