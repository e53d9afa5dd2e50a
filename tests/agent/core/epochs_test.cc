#include "agent/core/epochs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "schema/limits.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using enum Epochs::Turn;

constexpr WallTime kWall{Milliseconds{1'790'000'000'000}};
constexpr Milliseconds kUptime = 5h;
constexpr std::uint32_t kBits = 0x155555;

std::uint32_t fixed_bits() {
  return kBits;
}

constexpr std::uint64_t epoch_of(WallTime wall, std::uint32_t bits = kBits) {
  return static_cast<std::uint64_t>(wall.time_since_epoch().count()) << kEpochRandomBits | bits;
}
constexpr std::uint64_t kFirst = epoch_of(kWall, 7);

Epochs first_epoch() {
  return {kFirst, kWall, kUptime, fixed_bits};
}

/// What the clocks say, since the epoch began.
struct Look {
  Milliseconds wall;
  Milliseconds uptime;
  bool begins = false;
};

/// Looks at the clocks, and stores what is to be stored. Returns whether an epoch began.
bool look(Epochs& epochs, const Look& look) {
  const std::uint64_t before = epochs.epoch();
  const Epochs::Turn turn = epochs.take_turn(kWall + look.wall, kUptime + look.uptime);
  if (turn == kSend) return false;
  REQUIRE(turn == kStore);
  CHECK(epochs.epoch() == before);
  const WallTime after_last{Milliseconds{(before >> kEpochRandomBits) + 1}};
  CHECK(epochs.wanted() == epoch_of(std::max(kWall + look.wall, after_last)));
  epochs.take_stored(epochs.wanted());
  CHECK(epochs.epoch() > before);
  return true;
}

TEST_CASE("a new epoch begins when the wall clock runs ahead of uptime, and only then") {
  struct Row {
    const char* what;
    std::vector<Look> looks;
  };
  const std::vector<Row> rows = {
      {"both clocks go on", {{0ms, 0ms}, {1s, 1s}, {24h * 365, 24h * 365}}},
      {"exactly as far as is allowed", {{1s + 10s, 1s}}},
      {"a millisecond further", {{1s + 10s + 1ms, 1s, true}}},
      {"paused for an hour, and put right at once", {{1s, 1s}, {1h + 2s, 2s, true}, {1h + 3s, 3s}}},
      {"paused, and put right bit by bit",
       {{10s, 9s}, {14s, 10s}, {18s, 11s}, {22s, 12s}, {26s, 13s, true}, {30s, 14s}, {31s, 15s}}},
      {"put back to the picture of its start", {{1h, 1h}, {1h + 10s + 1ms, 1ms, true}}},
      {"uptime alone went back", {{1h, 1h}, {1h + 1s, 2s, true}, {1h + 2s, 3s}}},
      {"set back: no epoch", {{1s, 1s}, {2s - 1h, 2s}, {3s - 24h * 365, 3s}}},
      {"set back, then paused for less than that",
       {{1s, 1s}, {2s - 1h, 2s}, {3s - 1h + 10s, 3s}, {4s - 1h + 11s, 4s, true}}},
      {"set back, then put right", {{1s, 1s}, {2s - 1h, 2s}, {3s, 3s, true}, {4s, 4s}}},
      {"a machine that was suspended: uptime went on", {{9h, 9h}}},
      {"uptime runs ahead of a wall clock that stands still", {{0s, 24h * 365}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Epochs epochs = first_epoch();
    for (std::size_t at = 0; at < row.looks.size(); ++at) {
      CAPTURE(at);
      CHECK(look(epochs, row.looks[at]) == row.looks[at].begins);
    }
  }
}

/// How many epochs begin in a time, as uptime tells it, while the wall clock goes faster than that.
int begun_in(Milliseconds time, double faster) {
  Epochs epochs = first_epoch();
  int begun = 0;
  for (Milliseconds uptime = 0ms; uptime < time; uptime += 1min) {
    const double wall = static_cast<double>(uptime.count()) * (1 + faster);
    begun += look(epochs, {Milliseconds{static_cast<std::int64_t>(wall)}, uptime}) ? 1 : 0;
  }
  return begun;
}

TEST_CASE("a slow crystal begins no epochs, a correction of the wall clock does") {
  CHECK(begun_in(24h * 365, 0.000'1) == 0);
  CHECK(begun_in(24h * 30, -0.01) == 0);
  // What adjtime makes good, at 0.05 %, and chrony, at 8.3 %: every 10 s are an epoch.
  CHECK(begun_in(24h * 30, 0.000'5) > 80);
  CHECK(begun_in(2h, 0.083) > 30);
  // A crystal that is twice as slow as is allowed: 10 s that have not leaked away.
  CHECK(begun_in(27h, 0.000'2) == 0);
  CHECK(begun_in(28h, 0.000'2) == 1);
}

TEST_CASE("nothing goes out under the old epoch once the wall clock has run ahead") {
  Epochs epochs = first_epoch();
  REQUIRE(epochs.take_turn(kWall + 1min, kUptime + 1s) == kStore);
  CHECK(epochs.epoch() == kFirst);

  SUBCASE("it was stored: the new one is used") {
    epochs.take_stored(epochs.wanted());
    CHECK(epochs.epoch() == epoch_of(kWall + 1min));
    CHECK(epochs.take_turn(kWall + 1min, kUptime + 1s) == kSend);
  }
  SUBCASE("the disk held a later one: that which follows it") {
    epochs.take_stored(epoch_of(kWall + 1h));
    CHECK(epochs.epoch() == epoch_of(kWall + 1h));
    CHECK(epochs.wanted() == epoch_of(kWall + 1h));
    CHECK(epochs.take_turn(kWall + 1min, kUptime + 1s) == kSend);
  }
  SUBCASE("it was not stored in time: it is used all the same, and stored later") {
    CHECK(epochs.take_turn(kWall + 1min + 1s, kUptime + 2s) == kNotStored);
    CHECK(epochs.epoch() == epoch_of(kWall + 1min));
    CHECK(epochs.take_turn(kWall + 1min + 2s, kUptime + 3s) == kSend);
    epochs.take_stored(epochs.wanted());
    CHECK(epochs.epoch() == epoch_of(kWall + 1min));
    CHECK(epochs.take_turn(kWall + 1min + 3s, kUptime + 4s) == kSend);
  }
  SUBCASE("it cannot be stored: it is used all the same") {
    epochs.go_on_without();
    CHECK(epochs.epoch() == epoch_of(kWall + 1min));
    CHECK(epochs.take_turn(kWall + 1min, kUptime + 1s) == kSend);
  }
  SUBCASE("the machine is put back while it waits: what was wanted may have been used") {
    CHECK(epochs.take_turn(kWall + 1h, kUptime + 2s) == kNotStored);
    CHECK(epochs.epoch() == epoch_of(kWall + 1h));
    CHECK(epochs.take_turn(kWall + 1h + 1s, kUptime + 3s) == kSend);
  }
  SUBCASE("the machine is put back just before the snapshot that waited") {
    epochs.take_stored(epochs.wanted());
    CHECK(epochs.take_turn(kWall + 1h, kUptime + 1s) == kStore);
    CHECK(epochs.wanted() == epoch_of(kWall + 1h));
  }
}

TEST_CASE("a new epoch is greater even where the clock is behind the last one") {
  const std::uint64_t future = epoch_of(kWall + 24h * 365, 7);
  Epochs epochs(future, kWall, kUptime, fixed_bits);
  REQUIRE(epochs.take_turn(kWall + 1h, kUptime) == kStore);
  CHECK(epochs.wanted() == epoch_of(kWall + 24h * 365 + 1ms));
}

TEST_CASE("where no epoch follows, the agent goes on under the one it has, and says so once") {
  constexpr WallTime kEnd{Milliseconds{kMaxEpochMs}};
  SUBCASE("the clock is beyond") {
    Epochs epochs = first_epoch();
    CHECK(epochs.take_turn(kEnd + 1ms, kUptime + 1s) == kNoneLeft);
    CHECK(epochs.epoch() == kFirst);
    CHECK(epochs.take_turn(kEnd + 1s, kUptime + 2s) == kSend);
    // Set right, and then ahead again: epochs go on.
    CHECK(epochs.take_turn(kWall, kUptime + 3s) == kSend);
    CHECK(epochs.take_turn(kWall + 1h, kUptime + 4s) == kStore);
  }
  SUBCASE("the last epoch is in use") {
    Epochs epochs(~std::uint64_t{0}, kWall, kUptime, fixed_bits);
    CHECK(epochs.take_turn(kWall + 1h, kUptime) == kNoneLeft);
    CHECK(epochs.epoch() == ~std::uint64_t{0});
    CHECK(epochs.take_turn(kWall + 1h, kUptime) == kSend);
  }
  SUBCASE("while one is being stored") {
    Epochs epochs = first_epoch();
    CHECK(epochs.take_turn(kWall + 1h, kUptime) == kStore);
    CHECK(epochs.take_turn(kEnd + 1ms, kUptime) == kNoneLeft);
    CHECK(epochs.epoch() == epoch_of(kWall + 1h));
  }
}

}  // namespace
}  // namespace flatline
