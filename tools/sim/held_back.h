#pragma once

// Datagrams that the simulated network holds back, so that later ones overtake them. The number of
// places is fixed, and all are made at the start. Callers say what time it is, and send what is
// released.

#include <cstdint>
#include <vector>

#include "schema/time.h"
#include "schema/wire/datagram.h"

namespace flatline::sim {

/// To which collector a datagram goes, and from which socket: clones send from their own.
struct Way {
  std::uint32_t collector = 0;
  bool is_clone = false;
};

class HeldBack {
 public:
  explicit HeldBack(std::size_t capacity);

  /// Keeps a copy until then. Returns false if every place is taken; nothing is then held.
  [[nodiscard]] bool hold(Instant until, const Way& way, const Datagram& datagram);

  /// When the next datagram must be released; Instant::max() if none is held.
  [[nodiscard]] Instant next() const { return heap_.empty() ? Instant::max() : heap_[0].until; }

  /// Hands over the datagram that next() is about; there must be one. It is valid until the next
  /// hold().
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
