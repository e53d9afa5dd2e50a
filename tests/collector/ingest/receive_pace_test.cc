#include "collector/ingest/receive_pace.h"

#include <doctest/doctest.h>

namespace flatline {
namespace {

using std::chrono::microseconds;

constexpr Instant kLook{std::chrono::hours{1}};

TEST_CASE("a rest is a sixth of a beat, in whole milliseconds, and at most 15 ms") {
  CHECK(ReceivePace(Milliseconds{250}).rest() == Milliseconds{15});
  CHECK(ReceivePace(Milliseconds{25}).rest() == Milliseconds{4});
  CHECK(ReceivePace(microseconds{12'500}).rest() == Milliseconds{2});
  CHECK(ReceivePace(Duration{kMinBeat}).rest() == Milliseconds{1});
}

TEST_CASE("what is found counts as heard when the socket was last seen empty") {
  ReceivePace pace(Milliseconds{250});
  pace.drained(kLook);
  CHECK(pace.heard_at(kLook + microseconds{15'700}) == kLook);
  CHECK(pace.heard_at(kLook + Milliseconds{30}) == kLook);
  SUBCASE("a look that left something changes nothing for the next") {
    CHECK(pace.heard_at(kLook + microseconds{16'700}) == kLook);
  }
  SUBCASE("the newest look counts") {
    pace.drained(kLook + Milliseconds{16});
    CHECK(pace.heard_at(kLook + Milliseconds{32}) == kLook + Milliseconds{16});
  }
}

TEST_CASE("who was held up blames nobody: it counts two rests at most") {
  ReceivePace pace(Milliseconds{250});
  CHECK(pace.heard_at(kLook) == kLook - Milliseconds{30});
  pace.drained(kLook);
  CHECK(pace.heard_at(kLook + std::chrono::seconds{10}) ==
        kLook + std::chrono::seconds{10} - Milliseconds{30});
}

}  // namespace
}  // namespace flatline
