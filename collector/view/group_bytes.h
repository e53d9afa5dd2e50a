#pragma once

// The table of groups as a step of the history holds it: counts and flags, and which values had
// which places by the number of their assignment (group_tenancy.h). Pure.

#include <array>
#include <cstdint>
#include <span>

#include "collector/view/groups.h"
#include "schema/limits.h"

namespace flatline {

/// The table of groups of a stored step, without its values.
struct StoredGroups {
  std::uint64_t assignment = 0;  ///< Of GroupTable; 0 where the step holds no groups.
  std::array<GroupCounts, kHistoryGroups> counts{};
  std::array<std::uint8_t, kHistoryGroups> flags{};  ///< flag_bit(GroupFlag)
  bool operator==(const StoredGroups&) const = default;

  static std::size_t index(std::size_t key_index, std::size_t place) {
    return key_index * kGroupPlaces + place;
  }
};

using GroupBytes = std::array<std::uint8_t, kHistoryGroupChunks * kChunkDataBytes>;

/// Each chunk begins with the assignment, and holds the counts and then the flags of its half.
void to_group_bytes(const GroupTable& table, GroupBytes& bytes);
/// The inverse. Chunks of two assignments are none.
StoredGroups from_group_bytes(const GroupBytes& bytes);

}  // namespace flatline
