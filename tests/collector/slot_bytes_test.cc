#include "collector/slot_bytes.h"

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
  std::vector<std::uint8_t> bytes(kCapacity);
  to_slot_bytes(view, bytes);
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      CAPTURE(slot);
      CAPTURE(plane);
      CHECK((bytes[slot] >> plane & 1) == (view.planes[plane][slot / 64] >> (slot % 64) & 1));
    }
  }
  View again(kCapacity);
  from_slot_bytes(bytes, again);
  CHECK(again.planes == view.planes);
}
