#pragma once

// A table that one thread writes while any other thread copies rows out; a sequence lock for each
// row keeps copies whole. The table also marks the rows that changed since the journal last looked.
// The journal stores a marked row as it is then: marks cannot pile up as a queue of changes would.
// Everything is allocated at construction.

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

  /// Any thread may call it. False if the writer overtook every attempt (kReadAttempts).
  [[nodiscard]] bool read(std::uint32_t place, Row& row) const {
    INVARIANT(place < size_);
    return locks_[place].read([&] { rows_.load(place * sizeof(Row), &row, sizeof row); });
  }

  /// Takes marks of rows that changed: fills `places` and returns how many. Call it until it
  /// returns 0. The journal is the only caller; a row that it fails to store it must mark again
  /// (mark_changed).
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
  /// Whether the row's mark waits to be taken. Any thread may call it.
  [[nodiscard]] bool is_marked(std::uint32_t place) const {
    return (changed_[place / 64].load(std::memory_order_acquire) >> (place % 64) & 1) != 0;
  }
  void mark_changed(std::uint32_t place) {
    changed_[place / 64].fetch_or(std::uint64_t{1} << (place % 64), std::memory_order_release);
  }

  /// Only the writer may call it: stores a row and marks it.
  void write(std::uint32_t place, const Row& row) {
    restore(place, row);
    mark_changed(place);
  }
  /// Only the writer may call it: stores a row that the journal knows already, without a mark.
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
