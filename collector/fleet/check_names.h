#pragma once

// The fleet's check names, each stored once. The table is bounded and counts how many slots use a
// name, so that a name that nobody uses any more makes room. Readers see the host table's copy. The
// first names have places among the causes, too (cause_places.h).

#include <cstdint>
#include <vector>

#include "collector/fleet/cause_places.h"
#include "collector/view/host_table.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"

namespace flatline {

class CheckNames {
 public:
  /// `fleet` keys the table's hash, so that nobody outside can choose names that collide.
  CheckNames(HostTable& host_table, const FleetId& fleet);

  /// Counts one more use of `name` and returns its id. When the table is full and does not hold the
  /// name, it counts a refusal and returns 0.
  CheckNameId use(const CheckName& name);
  /// Counts one use less. The id 0 is allowed and does nothing.
  void release(CheckNameId id);

  /// A check's byte in View::causes.
  [[nodiscard]] std::uint8_t cause_of(CheckNameId id) const { return causes_[id]; }
  [[nodiscard]] const CausePlaces& places() const { return places_; }
  /// Gives a name the place that it had at an earlier start.
  void restore(std::uint32_t place, const CauseName& name) { places_.restore(place, name); }
  /// Call it once a tick, with what the next tick will be: places that are given to names until
  /// then are theirs from then on. It offers places to the next names that have none.
  void tick(const CausePlaces::When& next);

  [[nodiscard]] bool is(CheckNameId id, const CheckName& name) const {
    return id != 0 && entries_[id].name == name;
  }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  struct Entry {
    CheckName name;
    std::uint32_t uses = 0;
    CheckNameId next = 0;  ///< The next one in the bucket's chain or in the list of free entries.
  };

  [[nodiscard]] std::uint64_t hash_of(const CheckName& name) const;
  [[nodiscard]] std::size_t bucket_of(const CheckName& name) const;

  HostTable& host_table_;
  FleetId fleet_;
  std::vector<Entry> entries_;
  std::vector<CheckNameId> buckets_;
  CausePlaces places_;
  std::vector<std::uint8_t> causes_;  ///< By id; of names that nobody uses, kOtherCause.
  CausePlaces::When when_;
  CheckNameId offer_next_ = 0;
  CheckNameId free_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace flatline
