#pragma once

// Finds the slot of an agent id: a hash table of fixed size, at most half full, with open
// addressing and linear probing. Agent ids are keyed hashes that an outsider cannot aim, so one
// multiplication spreads them well enough. Removal shifts later entries back (Knuth, TAOCP 3, 6.4,
// algorithm R), so that no markers of removed entries gather.

#include <cstdint>
#include <optional>

#include "collector/view/huge_pages.h"
#include "collector/view/prefetch.h"
#include "schema/wire/identity.h"

namespace flatline {

class SlotIndex {
 public:
  /// Room for `capacity` ids.
  explicit SlotIndex(std::uint32_t capacity);

  [[nodiscard]] std::optional<std::uint32_t> find(AgentId agent) const;
  /// Asks memory for what find() will read.
  void prefetch(AgentId agent) const { prefetch_lines(&entries_[home_of(agent)], sizeof(Entry)); }
  /// `agent` must not be in the index.
  void insert(AgentId agent, std::uint32_t slot);
  /// `agent` must be in the index.
  void erase(AgentId agent);

 private:
  struct Entry {
    AgentId agent = AgentId::kNone;  ///< kNone: the entry is free.
    std::uint32_t slot = 0;
  };

  [[nodiscard]] std::size_t home_of(AgentId agent) const {
    constexpr std::uint64_t kGolden =
        0x9E3779B97F4A7C15;  // 2^64 / golden ratio (Fibonacci hashing).
    return (static_cast<std::uint64_t>(agent) * kGolden) >> shift_;
  }
  /// The index of the entry of `agent`, or of the free entry where its search ends.
  [[nodiscard]] std::size_t place_of(AgentId agent) const;

  HugePageVector<Entry> entries_;
  std::size_t mask_;
  unsigned shift_;
};

}  // namespace flatline
