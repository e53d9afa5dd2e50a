#pragma once

// Which value had which place in the table of groups, and when: without it the places of old tables
// would be read by the values of today.

#include <cstdint>
#include <limits>

#include "collector/view/groups.h"
#include "schema/time.h"

namespace flatline {

/// A value's time in a place. The tables whose `assignment` lies in it are those that have the
/// value there; wall clocks, which may be set, are for people.
struct GroupTenancy {
  static constexpr std::uint64_t kNoEnd = std::numeric_limits<std::uint64_t>::max();

  std::uint32_t key_index = 0;  ///< Which of GroupTable::keys.
  LabelText key;
  std::uint32_t place = 0;
  LabelText value;
  WallTime from{};
  WallTime to = WallTime::max();      ///< When that was over; max if it is not.
  std::uint64_t from_assignment = 0;  ///< The first one, and the one after the last.
  std::uint64_t to_assignment = kNoEnd;

  [[nodiscard]] bool has(std::uint64_t assignment) const {
    return from_assignment <= assignment && assignment < to_assignment;
  }
};

}  // namespace flatline
