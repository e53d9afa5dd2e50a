#pragma once

// Datagrams that the simulated network holds back, so that later ones overtake them. A fixed number
// of places, made at the start. Handed the time; sends nothing.

#include <cstdint>
#include <vector>

#include "schema/time.h"
#include "schema/wire/datagram.h"

namespace flatline::sim {

/// Where a datagram goes, and from where: clones speak from a socket of their own.
struct Way {
  std::uint32_t collector = 0;
  bool is_clone = false;
};

class HeldBack {
 public:
  explicit HeldBack(std::size_t capacity);

  /// False: every place is taken, and nothing was held.
  [[nodiscard]] bool hold(Instant until, const Way& way, const Datagram& datagram);

  /// When the next one is released; Instant::max() if none is held.
  [[nodiscard]] Instant next() const { return heap_.empty() ? Instant::max() : heap_[0].until; }

  /// Hands over the one that next() is about; there must be one. Valid until the next hold().
  struct Released {
    Way way;
    const Datagram& datagram;
  };
  Released release();

 private:
  struct Held {
    Instant until;
    std::size_t place;
    Way way;
  };
  static bool later(const Held& a, const Held& b) { return a.until > b.until; }

  std::vector<Datagram> places_;
  std::vector<std::size_t> free_;
  std::vector<Held> heap_;
};

}  // namespace flatline::sim
