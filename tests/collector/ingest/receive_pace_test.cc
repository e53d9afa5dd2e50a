#include "collector/ingest/receive_pace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "collector/ingest/receive_socket.h"

namespace flatline {
namespace {

using std::chrono::microseconds;

constexpr Instant kLook{std::chrono::hours{1}};

/// A part of this room, which a rest may fill, is a thousand datagrams.
constexpr std::size_t kRoom = 1000 * kRestsPerReceiveBuffer;

TEST_CASE("a rest is a sixth of a beat, in whole milliseconds, and at most 15 ms") {
  CHECK(ReceivePace(Milliseconds{250}, kRoom).rest() == Milliseconds{15});
  CHECK(ReceivePace(Milliseconds{25}, kRoom).rest() == Milliseconds{4});
  CHECK(ReceivePace(microseconds{12'500}, kRoom).rest() == Milliseconds{2});
  CHECK(ReceivePace(Duration{kMinBeat}, kRoom).rest() == Milliseconds{1});
}

TEST_CASE("the more came since the look before, the shorter is the rest") {
  struct Row {
    microseconds since;  // The look before.
    std::size_t taken;
    int rest_ms;
  };
  const std::vector<Row> rows = {
      // Little comes: the longest rest.
      {microseconds{15'000}, 0, 15},
      {microseconds{15'000}, 1, 15},
      {microseconds{15'000}, 1000, 15},
      {microseconds{100}, 6, 15},
      // As long as a thousand take to come.
      {microseconds{15'000}, 1001, 14},
      {microseconds{15'000}, 2000, 7},
      {microseconds{15'000}, 15'000, 1},
      {microseconds{1000}, 1000, 1},
      {microseconds{100}, 20, 5},
      // They come within a millisecond: no rest at all.
      {microseconds{15'000}, 15'001, 0},
      {microseconds{1000}, 1001, 0},
      {microseconds{0}, 1, 0},
      {microseconds{15'000}, std::size_t{1} << 30, 0},
      // What came after a long silence came lately.
      {microseconds{3'600'000'000}, 2000, 15},
      {microseconds{3'600'000'000}, 2001, 14},
      {microseconds{3'600'000'000}, 60'000, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.since.count());
    CAPTURE(row.taken);
    ReceivePace pace(Milliseconds{250}, kRoom);
    pace.drained(kLook);
    pace.took(row.taken / 3);  // A look may take several batches.
    pace.took(row.taken - row.taken / 3);
    pace.drained(kLook + row.since);
    CHECK(pace.rest() == Milliseconds{row.rest_ms});
    // A look that took little ends it.
    pace.took(1);
    pace.drained(kLook + row.since + Milliseconds{1});
    CHECK(pace.rest() == Milliseconds{15});
  }
}

TEST_CASE("without room for a datagram there is no rest while any come") {
  ReceivePace pace(Milliseconds{250}, 0);
  pace.drained(kLook);
  CHECK(pace.rest() == Milliseconds{15});
  pace.took(1);
  pace.drained(kLook + Milliseconds{15});
  CHECK(pace.rest() == Milliseconds{0});
}

/// What comes at a steady rate: how many the fullest look found, after `skipped` looks.
std::size_t fullest_look(ReceivePace& pace, double per_second, int skipped) {
  std::size_t fullest = 0;
  double due = 0;
  pace.drained(kLook);
  Instant now = kLook;
  for (int look = 0; look < 1000; ++look) {
    const Duration rest = pace.rest() + Milliseconds{1};  // As timers have it.
    now += rest;
    due += per_second * std::chrono::duration<double>(rest).count();
    const auto found = static_cast<std::size_t>(due);
    due -= static_cast<double>(found);
    if (look >= skipped) fullest = std::max(fullest, found);
    pace.took(found);
    pace.drained(now);
  }
  return fullest;
}

TEST_CASE("the stated flood finds room when it begins, and from then on an eighth holds it") {
  constexpr std::size_t kLeast = kMinReceiveBufferBytes / kDatagramBufferBytes;
  ReceivePace pace(Milliseconds{250}, kLeast);
  CHECK(fullest_look(pace, kFloodPerSecond, 0) <= kLeast / 6);
  CHECK(fullest_look(pace, kFloodPerSecond, 1) <= kLeast / kRestsPerReceiveBuffer + 300);
  // Beyond it, too, as long as a look takes no time.
  CHECK(fullest_look(pace, 10 * kFloodPerSecond, 1) <= kLeast / 3);
}

TEST_CASE("no fleet that keeps to its intervals shortens the rests") {
  for (const std::uint32_t capacity : {64U, 1024U, 16'384U, 30'000U, 65'536U, 524'288U}) {
    for (const Milliseconds interval : {Milliseconds{1000}, Milliseconds{5000}}) {
      CAPTURE(capacity);
      const std::size_t room = wanted_receive_bytes(capacity, interval) / kDatagramBufferBytes;
      ReceivePace pace(Milliseconds{250}, room);
      // Twice as fast as it may be: hosts come back, or send what was held back.
      fullest_look(pace, 2.0 * capacity / std::chrono::duration<double>(interval).count(), 0);
      CHECK(pace.rest() == kMaxReceiveRest);
    }
  }
}

TEST_CASE("what is found counts as heard when the socket was last seen empty") {
  ReceivePace pace(Milliseconds{250}, kRoom);
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
  ReceivePace pace(Milliseconds{250}, kRoom);
  CHECK(pace.heard_at(kLook) == kLook - Milliseconds{30});
  pace.drained(kLook);
  CHECK(pace.heard_at(kLook + std::chrono::seconds{10}) ==
        kLook + std::chrono::seconds{10} - Milliseconds{30});
}

TEST_CASE("a shorter rest makes nothing count as heard later than it came") {
  ReceivePace pace(Milliseconds{250}, kRoom);
  pace.drained(kLook);
  pace.took(100'000);
  pace.drained(kLook + Milliseconds{15});
  REQUIRE(pace.rest() == Milliseconds{0});
  CHECK(pace.heard_at(kLook + microseconds{15'200}) == kLook + Milliseconds{15});
  // More waits than one look may take: what it finds may have come since the socket was empty.
  pace.took(4096);
  CHECK(pace.heard_at(kLook + Milliseconds{20}) == kLook + Milliseconds{15});
  CHECK(pace.heard_at(kLook + Milliseconds{45}) == kLook + Milliseconds{15});
  CHECK(pace.heard_at(kLook + Milliseconds{46}) == kLook + Milliseconds{16});
}

}  // namespace
}  // namespace flatline
