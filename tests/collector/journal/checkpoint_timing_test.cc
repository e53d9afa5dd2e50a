// A checkpoint keeps a host's interval and its silence in one word, as older ones kept the
// interval.

#include <doctest/doctest.h>

#include "collector/journal/checkpoint.h"

using namespace flatline;
using namespace std::chrono_literals;

TEST_CASE("interval and silence come back from their word, the silence in whole units") {
  for (const Milliseconds interval :
       {Milliseconds{0}, kMinInterval, Milliseconds{1000}, kMaxInterval}) {
    const auto ms = static_cast<std::uint32_t>(interval.count());
    for (const Duration silent :
         {Duration{0}, Duration{15min}, Duration{30min}, Duration{kMaxForgetAfter}}) {
      const std::uint32_t word = pack_timing(ms, silent);
      CHECK(interval_in(word) == interval);
      CHECK(silence_in(word) == silent);
    }
    CHECK(pack_timing(ms, 0s) == ms);  // As before there was any silence in it.
    CHECK(silence_in(pack_timing(ms, 15min - 1ns)) == 0s);
    CHECK(silence_in(pack_timing(ms, 45min - 1ns)) == 30min);
    CHECK(silence_in(pack_timing(ms, -1h)) == 0s);
    CHECK(silence_in(pack_timing(ms, 24h * 1000)) >= kMaxForgetAfter);
    CHECK(interval_in(pack_timing(ms, 24h * 1000)) == interval);
  }
}
