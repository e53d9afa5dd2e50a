// How much memory answers may hold for those who read them slowly.

#include <doctest/doctest.h>

#include "collector/api/exchange.h"
#include "schema/limits.h"

namespace flatline {

TEST_CASE("large answers are refused once those that wait fill their room, small ones never") {
  constexpr std::size_t kLarge = kApiUnsentBytes / 4;
  UnsentBytes unsent;
  for (int i = 0; i < 4; ++i) CHECK(unsent.take(kLarge));
  CHECK_FALSE(unsent.take(kApiSmallAnswerBytes + 1));
  CHECK(unsent.take(kApiSmallAnswerBytes));  // Health is told whatever else waits.
  unsent.give_back(kApiSmallAnswerBytes);
  unsent.give_back(kLarge);
  CHECK_FALSE(unsent.take(kLarge + 1));
  CHECK(unsent.take(kLarge));  // What was refused took no room.
}

}  // namespace flatline
