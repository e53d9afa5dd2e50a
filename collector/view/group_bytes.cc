#include "collector/view/group_bytes.h"

#include <bit>
#include <cstring>
#include <type_traits>

namespace flatline {
namespace {

constexpr std::size_t kHalf = kHistoryGroups / kHistoryGroupChunks;

/// Half of the groups, as they lie in a chunk.
struct Half {
  std::uint64_t assignment = 0;
  std::array<GroupCounts, kHalf> counts{};
  std::array<std::uint8_t, kHalf> flags{};
};
static_assert(std::endian::native == std::endian::little, "counts lie on the disk as in memory");
static_assert(std::is_trivially_copyable_v<Half> && sizeof(Half) <= kChunkDataBytes);

}  // namespace

void to_group_bytes(const GroupTable& table, GroupBytes& bytes) {
  bytes.fill(0);
  for (std::size_t chunk = 0; chunk < kHistoryGroupChunks; ++chunk) {
    Half half;
    half.assignment = table.assignment;
    for (std::size_t i = 0; i < kHalf; ++i) {
      const std::size_t index = chunk * kHalf + i;
      const Group& group = table.keys[index / kGroupPlaces].places[index % kGroupPlaces];
      half.counts[i] = group.counts;
      half.flags[i] = static_cast<std::uint8_t>(group.flags);
    }
    std::memcpy(bytes.data() + chunk * kChunkDataBytes, &half, sizeof half);
  }
}

StoredGroups from_group_bytes(const GroupBytes& bytes) {
  StoredGroups groups;
  for (std::size_t chunk = 0; chunk < kHistoryGroupChunks; ++chunk) {
    Half half;
    std::memcpy(&half, bytes.data() + chunk * kChunkDataBytes, sizeof half);
    if (chunk == 0) groups.assignment = half.assignment;
    if (half.assignment != groups.assignment) return {};
    for (std::size_t i = 0; i < kHalf; ++i) {
      groups.counts[chunk * kHalf + i] = half.counts[i];
      groups.flags[chunk * kHalf + i] = half.flags[i];
    }
  }
  return groups;
}

}  // namespace flatline
