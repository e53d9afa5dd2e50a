#pragma once

// Which value of a label has which place in the table of groups, and in which places each slot's
// host is: a byte a slot and key, which the tick counts by (group_counter.h). A value has a place
// while some host has it, or while a quorum names it. While all places of a key are taken, hosts
// with other values share the place `other`. Allocated at construction. Pure.

#include <array>
#include <cstdint>
#include <span>

#include "collector/view/groups.h"
#include "collector/view/huge_pages.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// The byte of a slot whose host has no label of the key, or that has no host.
inline constexpr std::uint8_t kNoGroup = kGroupPlaces;
/// How many different bytes there are.
inline constexpr std::size_t kGroupBytes = kNoGroup + 1;

class GroupPlaces {
 public:
  /// `keys` are up to kGroupKeys different ones. `start_number` is the high half of
  /// GroupTable::assignment.
  GroupPlaces(std::uint32_t capacity, std::span<const LabelText> keys, std::uint64_t start_number);

  /// The values that these name keep a place from now on, and those named before do so no longer.
  /// Where a key has no free place, its value with the fewest hosts gives its own up to `other`.
  /// Each key must be grouped by, and no two rules may name the same value.
  void set_quorums(std::span<const QuorumRule> rules);

  /// Puts the slot's host into the groups that its labels name, and out of all others. Of a key
  /// that comes twice, the first counts.
  void enter(std::uint32_t slot, const Labels& labels);
  void leave(std::uint32_t slot);
  /// Whether it is under `other`. Then it may find a place of its own when it enters again.
  [[nodiscard]] bool is_under_other(std::uint32_t slot) const;

  [[nodiscard]] std::size_t key_count() const { return key_count_; }
  /// A byte a slot: the place of its host under this key, or kNoGroup.
  [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t key) const {
    return keys_[key].bytes;
  }

  /// Writes keys, values and quorums into a view's table; its counts and flags it leaves alone.
  void show(GroupTable& table) const;

 private:
  struct Place {
    LabelText value;
    std::uint32_t hosts = 0;
    GroupQuorum quorum;
    bool kept = false;  ///< A quorum names it.
  };
  struct Key {
    LabelText key;
    std::array<Place, kGroupPlaces> places{};
    HugePageVector<std::uint8_t> bytes;
  };

  [[nodiscard]] static std::uint8_t find(const Key& key, const LabelText& value);
  [[nodiscard]] std::uint8_t take(Key& key, const LabelText& value);
  void release(Key& key, std::uint8_t place);
  void free_if_unused(Place& place);
  [[nodiscard]] std::uint8_t clear(Key& key);
  [[nodiscard]] Key& key_of(const LabelText& key);

  std::array<Key, kGroupKeys> keys_;
  std::size_t key_count_;
  std::uint64_t assignment_;
};

}  // namespace flatline
