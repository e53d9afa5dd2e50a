#pragma once

// Views as the journal gets them, at times that the test chooses.

#include <cstdint>
#include <functional>

#include "collector/view/view_board.h"

namespace flatline::test {

inline constexpr WallTime kFirstWall{Milliseconds{1'700'000'000'000}};
inline constexpr Instant kFirstInstant{std::chrono::hours{1}};

/// A view board, to which the test publishes views.
class Ticker {
 public:
  explicit Ticker(std::uint32_t capacity) : board(capacity), view(capacity) { publish(); }

  /// Sets the planes of every slot from the next view on.
  void set(const std::function<std::uint8_t(std::uint32_t slot)>& planes);
  /// Publishes a view of a time that is `later` after the last one.
  void pass(Milliseconds later);
  [[nodiscard]] WallTime wall() const { return view.head.time; }

  ViewBoard board;
  View view;

 private:
  void publish();
};

// The bytes of a healthy, a failing and a silent host.
std::uint8_t healthy_planes();
std::uint8_t failing_planes();
std::uint8_t silent_planes();

}  // namespace flatline::test
