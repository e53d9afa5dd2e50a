#include "tools/sim/held_back.h"

#include <doctest/doctest.h>

#include <chrono>

namespace flatline::sim {
namespace {

using namespace std::chrono_literals;

Datagram marked(int mark) {
  Datagram datagram{};
  datagram[0] = std::byte{static_cast<unsigned char>(mark)};
  return datagram;
}

TEST_CASE("what is held comes out by its time, with its way") {
  HeldBack held(3);
  CHECK(held.next() == Instant::max());
  CHECK(held.hold(Instant{3s}, {1, true}, marked(3)));
  CHECK(held.hold(Instant{1s}, {0, false}, marked(1)));
  CHECK(held.hold(Instant{2s}, {2, false}, marked(2)));
  for (int i = 1; i <= 3; ++i) {
    CHECK(held.next() == Instant{std::chrono::seconds{i}});
    const HeldBack::Released released = held.release();
    CHECK(released.datagram == marked(i));
    CHECK(released.way.is_clone == (i == 3));
    CHECK(released.way.collector == (i == 1 ? 0U : i == 2 ? 2U : 1U));
  }
  CHECK(held.next() == Instant::max());
}

TEST_CASE("full means refused, and places are used again") {
  HeldBack held(2);
  for (int round = 0; round < 5; ++round) {
    CHECK(held.hold(Instant{1s}, {}, marked(1)));
    CHECK(held.hold(Instant{2s}, {}, marked(2)));
    CHECK_FALSE(held.hold(Instant{0s}, {}, marked(9)));
    CHECK(held.release().datagram == marked(1));
    CHECK(held.hold(Instant{3s}, {}, marked(3)));
    CHECK(held.release().datagram == marked(2));
    CHECK(held.release().datagram == marked(3));
  }
  HeldBack none(0);
  CHECK_FALSE(none.hold(Instant{1s}, {}, marked(1)));
}

}  // namespace
}  // namespace flatline::sim
