#pragma once

// The newest value of a kind that one thread makes from time to time and every other thread copies.
// There are two places, written in turn, and one atomic store says which holds the newest. The
// writer never waits; a reader that it overtakes copies again, at most kReadAttempts times.

#include <array>
#include <atomic>
#include <cstddef>
#include <type_traits>

#include "collector/view/seqlock.h"

namespace flatline {

/// `T` is trivially copyable and has whole words (SeqlockWords). Before the first is published,
/// readers get a `T{}`.
template <typename T>
class Latest {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 8 == 0);

 public:
  Latest() {
    const T nothing_yet{};
    places_[0].words.store(0, &nothing_yet, sizeof(T));
  }

  /// Only one thread may call it. It allocates nothing.
  void publish(const T& value) {
    const std::size_t next = (newest_.load(std::memory_order_relaxed) + 1) % places_.size();
    Place& place = places_[next];
    place.lock.begin_write();
    place.words.store(0, &value, sizeof(T));
    place.lock.end_write();
    newest_.store(next, std::memory_order_release);
  }

  /// Any thread may call it: copies the newest value, whole. False only if the writer overtook
  /// every attempt, which means that the reader stalled.
  [[nodiscard]] bool read(T& value) const {
    return read_persistently([&] {
      const Place& place = places_[newest_.load(std::memory_order_acquire)];
      return place.lock.try_read([&] { place.words.load(0, &value, sizeof(T)); });
    });
  }

 private:
  struct Place {
    Seqlock lock;
    SeqlockWords words{sizeof(T)};
  };

  std::array<Place, 2> places_;
  std::atomic<std::size_t> newest_{0};
};

}  // namespace flatline
