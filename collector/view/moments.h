#pragma once

// When something happened to many hosts, to the second, for the last hour or so; and whether it
// happened to most of them at once. Pure.

#include <array>
#include <cstdint>
#include <optional>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

/// Many hosts within a short time.
struct Burst {
  std::uint32_t hosts = 0;
  std::uint32_t seconds = 0;  ///< How long it took.
  std::uint32_t ago = 0;      ///< How many seconds ago it began, at most.
};

class Moments {
 public:
  /// Begins anew; `now` is the latest moment.
  void begin(Instant now);
  /// What is longer ago than kMomentSeconds is left out.
  void add(Instant then);
  /// The shortest of a few times in which most of what was added happened, if chance does not make
  /// it so: at least kBurstHosts hosts, and half of all that were added.
  [[nodiscard]] std::optional<Burst> burst() const;

 private:
  [[nodiscard]] Burst most_within(std::uint32_t seconds) const;

  Instant now_{};
  std::uint32_t added_ = 0;
  std::array<std::uint32_t, kMomentSeconds> hosts_{};  ///< By how many seconds ago.
};

}  // namespace flatline
