#pragma once

// Views as the journal gets them, with time that the test turns by hand.

#include <cstdint>
#include <functional>

#include "collector/view/view_board.h"

namespace flatline::test {

inline constexpr WallTime kFirstWall{Milliseconds{1'700'000'000'000}};
inline constexpr Instant kFirstInstant{std::chrono::hours{1}};

/// A collector's board at a tick that the test chooses.
class Ticker {
 public:
  explicit Ticker(std::uint32_t capacity) : board(capacity), view(capacity) { publish(); }

  /// What slot i's planes are from now on.
  void set(const std::function<std::uint8_t(std::uint32_t slot)>& planes);
  /// Publishes the view of `later` after the last one.
  void pass(Milliseconds later);
  [[nodiscard]] WallTime wall() const { return view.head.time; }

  ViewBoard board;
  View view;

 private:
  void publish();
};

/// The byte of a healthy, a failing and a silent host.
std::uint8_t healthy_planes();
std::uint8_t failing_planes();
std::uint8_t silent_planes();

}  // namespace flatline::test
