#pragma once

// The slots without a host, in the order in which they were freed. They form a doubly linked list
// in two columns, so that a slot can also be taken from the middle, when the host that left it
// comes back.

#include <cstdint>
#include <vector>

namespace flatline {

class FreeSlots {
 public:
  /// All of `capacity` slots are free, in ascending order.
  explicit FreeSlots(std::uint32_t capacity);

  [[nodiscard]] bool empty() const { return next_[end_] == end_; }
  /// The slot that was freed first. There must be one.
  [[nodiscard]] std::uint32_t oldest() const;
  /// `slot` must be free.
  void take(std::uint32_t slot);
  /// `slot` must not be free: it becomes the newest.
  void put(std::uint32_t slot);

 private:
  [[nodiscard]] bool is_free(std::uint32_t slot) const { return next_[slot] != slot; }

  std::uint32_t end_;                ///< The list's anchor: the index behind the last slot.
  std::vector<std::uint32_t> next_;  ///< A slot that is not in the list points to itself.
  std::vector<std::uint32_t> previous_;
};

}  // namespace flatline
