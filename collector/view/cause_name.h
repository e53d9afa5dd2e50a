#pragma once

// Why a slot's host is as it is, in a byte: which of its checks was worst when it last spoke. The
// bytes are places in a table of names. A place may get another name later, so the past needs the
// record of which name had which place from when on.

#include <cstdint>
#include <vector>

#include "schema/limits.h"
#include "schema/time.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// No check of the host was CRITICAL, UNKNOWN or WARNING, nor without a result for too long.
inline constexpr std::uint8_t kNoCause = 0;
/// A check that has no place, because its name has not come yet or because all places are taken.
inline constexpr std::uint8_t kOtherCause = 255;
static_assert(kCausePlaces == kOtherCause);

/// Which name has a place, and since when: from a tick of a start of the collector on, which no
/// setting of a clock moves. It must be trivially copyable and whole words (DirtyTable).
struct CauseName {
  CheckName name;
  std::uint64_t start = 0;  ///< The number of the collector's start.
  std::uint64_t tick = 0;   ///< The first tick of that start whose causes mean this name.
  WallTime from{};          ///< When that was, for people.
  bool operator==(const CauseName&) const = default;
};
static_assert(sizeof(CauseName) % 8 == 0);

/// A name with its place, 1 to 254.
struct PlacedCause {
  std::uint32_t place = 0;
  CauseName name;
};

/// A cause, and the view that told it, without which the byte means nothing.
struct ToldCause {
  std::uint8_t place = kNoCause;
  std::uint64_t start = 0;
  std::uint64_t tick = 0;
  bool operator==(const ToldCause&) const = default;
};

/// Whether the name had its place already when the cause was told.
inline bool is_since(const CauseName& name, const ToldCause& told) {
  return name.start != told.start ? name.start < told.start : name.tick <= told.tick;
}

/// What is remembered of the names, to be asked many times. Pure.
class CauseNames {
 public:
  /// `names` come in the order in which they got their places.
  explicit CauseNames(std::vector<PlacedCause> names);

  /// Empty where there is no cause, where it is another check's, and where its name is forgotten.
  [[nodiscard]] CheckName name_of(const ToldCause& told) const;

 private:
  std::vector<PlacedCause> names_;  ///< By place, the oldest first.
};

}  // namespace flatline
