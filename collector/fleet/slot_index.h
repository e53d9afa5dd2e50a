#pragma once

// Agent id to slot: open addressing with linear probing in a table of fixed size, at most half
// full. Agent ids are keyed hashes that an outsider cannot aim, so the id itself is spread by one
// multiplication. Removal shifts back (Knuth, TAOCP 3, 6.4, algorithm R): no tombstones gather.

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
  /// Has memory bring what find() will read.
  void prefetch(AgentId agent) const { prefetch_lines(&entries_[home_of(agent)], sizeof(Entry)); }
  /// `agent` must not be in the index.
  void insert(AgentId agent, std::uint32_t slot);
  /// `agent` must be in the index.
  void erase(AgentId agent);

 private:
  struct Entry {
    AgentId agent = AgentId::kNone;  ///< kNone: the place is free.
    std::uint32_t slot = 0;
  };

  [[nodiscard]] std::size_t home_of(AgentId agent) const {
    constexpr std::uint64_t kGolden =
        0x9E3779B97F4A7C15;  // 2^64 / golden ratio: Fibonacci hashing.
    return (static_cast<std::uint64_t>(agent) * kGolden) >> shift_;
  }
  /// The place of `agent`, or the free place where its search ends.
  [[nodiscard]] std::size_t place_of(AgentId agent) const;

  HugePageVector<Entry> entries_;
  std::size_t mask_;
  unsigned shift_;
};

}  // namespace flatline
