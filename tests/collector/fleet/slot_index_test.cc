#include "collector/fleet/slot_index.h"

#include <doctest/doctest.h>

#include <random>
#include <unordered_map>

#include "collector/fleet/free_slots.h"

using namespace flatline;

TEST_CASE("the index agrees with a map through many insertions and removals") {
  constexpr std::uint32_t kCapacity = 256;
  SlotIndex index(kCapacity);
  std::unordered_map<std::uint64_t, std::uint32_t> truth;
  std::mt19937_64 random(7);
  for (int step = 0; step < 20'000; ++step) {
    // There are few distinct ids, so that chains form, break and are searched.
    const std::uint64_t id = 1 + random() % 600;
    const auto known = truth.find(id);
    if (known != truth.end()) {
      index.erase(AgentId{id});
      truth.erase(known);
    } else if (truth.size() < kCapacity) {
      const auto slot = static_cast<std::uint32_t>(random() % kCapacity);
      index.insert(AgentId{id}, slot);
      truth[id] = slot;
    }
    if (step % 100 != 0) continue;
    for (std::uint64_t probe = 1; probe <= 600; ++probe) {
      const auto expected = truth.find(probe);
      const auto found = index.find(AgentId{probe});
      REQUIRE(found.has_value() == (expected != truth.end()));
      if (found) REQUIRE(*found == expected->second);
    }
  }
}

TEST_CASE("free slots: ascending at first, then oldest freed first, also after one came back") {
  FreeSlots free(4);
  for (std::uint32_t slot = 0; slot < 4; ++slot) {
    CHECK(free.oldest() == slot);
    free.take(slot);
  }
  CHECK(free.empty());
  for (const std::uint32_t slot : {2U, 0U, 3U}) free.put(slot);
  free.take(0);  // Its host came back.
  CHECK(free.oldest() == 2);
  free.put(0);
  for (const std::uint32_t slot : {2U, 3U, 0U}) {
    CHECK(free.oldest() == slot);
    free.take(slot);
  }
  CHECK(free.empty());
}
