#pragma once

// Counts, at every tick, how the hosts of each group are. Each slot has a code of four bits, made of
// the planes, and for each key the byte of its group: together they are an index into a histogram,
// which one increment a slot and key fills. What follows from the histogram is the same work
// whatever is in it, so that no instruction depends on what the slots hold. Pure.

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "collector/fleet/group_places.h"
#include "collector/view/view.h"

namespace flatline {

class GroupCounter {
 public:
  GroupCounter();

  /// Fills the counts of `view.groups` from its planes. `places` must have the view's capacity.
  void count(const GroupPlaces& places, View& view);

 private:
  static constexpr std::size_t kCodes = 16;
  /// Slots take turns in four histograms: in one, an increment would wait for the one before it,
  /// where neighbours are alike.
  static constexpr std::size_t kTurns = 4;

  using Histogram = std::array<std::uint32_t, kGroupBytes * kCodes>;
  using Histograms = std::array<Histogram, kTurns>;

  static void add(Histograms& histograms, std::span<const std::uint8_t> places,
                  const std::uint8_t* codes);
  [[nodiscard]] static Histogram take(Histograms& histograms);

  std::unique_ptr<std::array<Histograms, kGroupKeys>> histograms_;
};

}  // namespace flatline
