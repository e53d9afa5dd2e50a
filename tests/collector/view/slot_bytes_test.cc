#include "collector/view/slot_bytes.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace flatline;

TEST_CASE("a slot's byte has the bits of its planes, and makes them again") {
  constexpr std::uint32_t kCapacity = 192;
  std::mt19937_64 random(1);
  View view(kCapacity);
  for (PlaneWords& plane : view.planes) {
    for (std::uint64_t& word : plane) word = random();
  }
  // Clears what the sweep never makes: hosts with a warning that do not report, and awaited hosts
  // that do.
  const PlaneWords& reporting = view.plane(Plane::kReporting);
  for (std::size_t i = 0; i < reporting.size(); ++i) {
    view.planes[static_cast<std::size_t>(Plane::kWarning)][i] &= reporting[i];
    view.planes[static_cast<std::size_t>(Plane::kAwaited)][i] &= ~reporting[i];
  }
  std::vector<std::uint8_t> bytes(kCapacity);
  to_slot_bytes(view, bytes);
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
    CHECK(slot_byte(view, slot) == bytes[slot]);
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      CAPTURE(slot);
      CAPTURE(plane);
      const bool in = (view.planes[plane][slot / 64] >> (slot % 64) & 1) != 0;
      CHECK(is_in(bytes[slot], static_cast<Plane>(plane)) == in);
      const bool reports = is_in(bytes[slot], Plane::kReporting);
      const bool has_own_bit =
          plane < kSlotPlanes && (reports || plane != static_cast<std::size_t>(Plane::kConflict));
      if (in && has_own_bit) CHECK((bytes[slot] >> plane & 1) != 0);
    }
  }
  View again(kCapacity);
  from_slot_bytes(bytes, again);
  CHECK(again.planes == view.planes);
}
