#pragma once

// The groups of the fleet in a view. The collector groups its hosts by up to kGroupKeys label keys
// (`group_by`). Of each key, up to kGroupValues values have a place of their own, and all hosts
// with other values share the place `other`; a host without the label is in no group of the key.
// The table has the same size whatever hosts say. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "schema/limits.h"
#include "schema/wire/text.h"

namespace flatline {

/// A label's key or its value. No value is empty, so an empty one means that there is none.
using LabelText = FixedText<kLabelsBytes>;

/// The place of the values that have none of their own.
inline constexpr std::size_t kOtherPlace = kGroupValues;
inline constexpr std::size_t kGroupPlaces = kGroupValues + 1;

/// How many hosts of a group are in each state, and how many are warning or drained besides. The
/// states are those of Counts; who is only expected or unknown counts as registered alone.
struct GroupCounts {
  std::uint32_t registered = 0;
  std::uint32_t healthy = 0;
  std::uint32_t failing = 0;
  std::uint32_t silent = 0;
  std::uint32_t missing = 0;
  std::uint32_t warning = 0;
  std::uint32_t drained = 0;
  bool operator==(const GroupCounts&) const = default;
};

/// What stands beside a group's counts.
enum class GroupFlag : std::uint8_t {
  kPanic,  ///< Too few of its hosts are healthy, by the rule for the whole fleet.
  kBelow,  ///< Its quorum does not hold.
};
inline constexpr std::size_t kGroupFlags = 2;
inline constexpr std::array<std::string_view, kGroupFlags> kGroupFlagNames = {"panic", "below"};
constexpr std::uint32_t flag_bit(GroupFlag flag) {
  return 1U << static_cast<unsigned>(flag);
}

/// What a group must have, by the configuration (`[[quorum]]`): so many per cent of the hosts that
/// are known and not drained are healthy, and so many hosts in number. Zeros: nothing.
struct GroupQuorum {
  std::uint32_t healthy_percent = 0;
  std::uint32_t at_least = 0;
  bool operator==(const GroupQuorum&) const = default;
};

/// A quorum, and the group that must have it.
struct QuorumRule {
  LabelText key;
  LabelText value;
  GroupQuorum quorum;
  bool operator==(const QuorumRule&) const = default;
};

/// One place of a key. While a quorum names its value, the place stays that value's without a host.
struct Group {
  LabelText value;  ///< Empty where no value has the place, and in kOtherPlace.
  GroupCounts counts;
  std::uint32_t flags = 0;           ///< flag_bit(GroupFlag)
  std::uint32_t judged = 0;          ///< Hosts that are known and not drained,
  std::uint32_t judged_healthy = 0;  ///< and those of them that are healthy.
  GroupQuorum quorum;
  bool operator==(const Group&) const = default;
};

/// All groups of one key.
struct KeyGroups {
  LabelText key;  ///< Empty beyond the keys that the collector groups by.
  std::array<Group, kGroupPlaces> places{};
  bool operator==(const KeyGroups&) const = default;

  /// The place of a value that has one of its own.
  [[nodiscard]] std::optional<std::size_t> place_of(const LabelText& value) const {
    for (std::size_t place = 0; place < kGroupValues; ++place) {
      if (!value.empty() && places[place].value == value) return place;
    }
    return std::nullopt;
  }
};

struct GroupTable {
  /// Names which value has which place: it grows with every place that gets or loses a value. Its
  /// high half is the start's number, so that it never repeats.
  std::uint64_t assignment = 0;
  std::array<KeyGroups, kGroupKeys> keys{};
  bool operator==(const GroupTable&) const = default;
};
static_assert(std::is_trivially_copyable_v<GroupTable> && sizeof(GroupTable) % 8 == 0);

}  // namespace flatline
