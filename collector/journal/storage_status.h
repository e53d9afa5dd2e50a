#pragma once

// What the journal says of itself.

#include <cstdint>
#include <string>

namespace flatline {

struct StorageStatus {
  bool degraded = false;
  std::string reason;            ///< Empty unless degraded.
  std::uint64_t lost_steps = 0;  ///< Of the history, since the collector's start.
};

}  // namespace flatline
