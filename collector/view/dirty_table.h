#pragma once

// A table of rows that one thread writes and any other copies out while it does, each whole through
// a sequence lock of its own; and the marks of rows that changed since the journal last looked:
// full state, never a queue. Allocated at construction.

#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

#include "collector/view/seqlock.h"
#include "schema/invariant.h"

namespace flatline {

template <typename Row>
class DirtyTable {
 public:
  static_assert(std::is_trivially_copyable_v<Row> && sizeof(Row) % 8 == 0);

  explicit DirtyTable(std::uint32_t size)
      : size_(size),
        locks_(std::make_unique<Seqlock[]>(size)),
        rows_(std::size_t{size} * sizeof(Row)),
        changed_(std::make_unique<std::atomic<std::uint64_t>[]>((size + 63) / 64)) {
    for (std::uint32_t i = 0; i < size; ++i) restore(i, Row{});
  }

  [[nodiscard]] std::uint32_t size() const { return size_; }

  /// Any thread. False: overtaken at every attempt.
  [[nodiscard]] bool read(std::uint32_t place, Row& row) const {
    INVARIANT(place < size_);
    return locks_[place].read([&] { rows_.load(place * sizeof(Row), &row, sizeof row); });
  }

  /// Takes the marks of rows that changed since the last call: fills `places`, returns how many;
  /// call again until 0. One consumer: the journal. A mark is lost to no failure: put it back.
  std::size_t take_changed(std::span<std::uint32_t> places) {
    std::size_t taken = 0;
    for (std::uint32_t word = 0; word < (size_ + 63) / 64 && taken < places.size(); ++word) {
      std::uint64_t marks = changed_[word].exchange(0, std::memory_order_acquire);
      for (; marks != 0 && taken < places.size(); marks &= marks - 1) {
        places[taken++] = word * 64 + static_cast<std::uint32_t>(std::countr_zero(marks));
      }
      if (marks != 0) changed_[word].fetch_or(marks, std::memory_order_release);
    }
    return taken;
  }
  void mark_changed(std::uint32_t place) {
    changed_[place / 64].fetch_or(std::uint64_t{1} << (place % 64), std::memory_order_release);
  }

  /// The writer's alone: a change, with its mark.
  void write(std::uint32_t place, const Row& row) {
    restore(place, row);
    mark_changed(place);
  }
  /// The writer's alone: what the journal knows already.
  void restore(std::uint32_t place, const Row& row) {
    INVARIANT(place < size_);
    locks_[place].begin_write();
    rows_.store(place * sizeof(Row), &row, sizeof row);
    locks_[place].end_write();
  }

 private:
  std::uint32_t size_;
  std::unique_ptr<Seqlock[]> locks_;
  SeqlockWords rows_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> changed_;  ///< A bit a row.
};

}  // namespace flatline
