#pragma once

// Reads the registry's rows of hosts back. The disk is not trusted: a row that we cannot have
// written is left out, or a flipped bit would change a host's name or window for good.

#include <cstdint>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/tenancy.h"

namespace flatline {

struct HostRows {
  std::vector<RestoredHost> tenancies;  ///< Sorted by slot, without the checkpoint.
  std::uint64_t unsound = 0;            ///< Rows that we cannot have written.
};

/// Reads all rows of hosts. Throws SqliteError.
HostRows read_host_rows(Database& database);

}  // namespace flatline
