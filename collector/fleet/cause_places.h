#pragma once

// Which check's name has which place in View::causes. There are kCausePlaces of them. A name keeps
// its place when nobody uses it any more, until another name needs it: then the place that was left
// first is given away, but no more than one in a kCauseReusePeriod, and none before the journal has
// stored who has it. So what the past remembers of a place is never wrong, and bounded. The fleet
// owns it; the journal and readers see the host table's rows.

#include <array>
#include <cstdint>

#include "collector/view/cause_name.h"
#include "collector/view/dirty_table.h"

namespace flatline {

class CausePlaces {
 public:
  explicit CausePlaces(DirtyTable<CauseName>& names) : names_(names) {}

  /// Gives a name the place that it had at an earlier start.
  void restore(std::uint32_t place, const CauseName& name);

  /// From when on a name means what is given to it now: a tick of a start, its time, and the
  /// fleet's time.
  struct When {
    std::uint64_t start = 0;
    std::uint64_t tick = 0;
    WallTime wall{};
    Instant now{};
  };
  /// The place of a name that comes into use; kOtherCause if there is none for it now. `hash` is
  /// the name's.
  std::uint8_t take(const CheckName& name, std::uint64_t hash, const When& when);
  /// Nobody uses the name any more. kOtherCause is allowed and does nothing.
  void release(std::uint8_t place);

  /// Whether a name has the place.
  [[nodiscard]] bool is_named(std::uint8_t place) const {
    return place > 0 && place < kCausePlaces && places_[place].has_name;
  }

 private:
  struct Place {
    CheckName name;
    bool has_name = false;
    bool in_use = false;
    std::uint64_t left = 0;  ///< Grows with each place that is left; 0 if it never was.
  };

  [[nodiscard]] std::uint32_t place_of(const CheckName& name, std::uint64_t hash) const;
  [[nodiscard]] std::uint32_t place_to_give(const When& when) const;

  DirtyTable<CauseName>& names_;
  std::array<Place, kCausePlaces> places_{};
  /// Of the names' hashes; a row of its own, because all of it is searched.
  std::array<std::uint64_t, kCausePlaces> hashes_{};
  std::uint64_t leavings_ = 0;
  Instant reuse_at_{};  ///< No place goes to another name before, in the fleet's time.
};

}  // namespace flatline
