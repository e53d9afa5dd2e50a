// A reader of views whom the writer overtakes in the middle of copying: the writer has its turn
// when the reader first touches a page of its own view.

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>

#include "collector/view/seqlock.h"
#include "collector/view/view_board.h"
#include "schema/limits.h"
#include "tests/harness/touched_page.h"

namespace flatline::test {
namespace {

TEST_CASE("a reader whom the writer overtakes begins anew at the newest view") {
  constexpr std::uint32_t kSlots = 1 << 20;  // A plane of so many has whole pages.
  ViewBoard board(kSlots);
  View published(kSlots);
  View seen(kSlots);
  const auto publish = [&] {
    ++published.head.tick;
    board.publish(published);
  };
  // Three buffers are written in turn: from three on, that of the reader is among them.
  for (int publishes = 1; publishes <= 7; ++publishes) {
    CAPTURE(publishes);
    publish();
    const std::uint64_t before = published.head.tick;
    const TouchedPage page(TouchedPage::page_from(seen.planes.back().data()),
                           TouchedPage::Touch::kWrite, [&] {
                             for (int i = 0; i < publishes; ++i) publish();
                           });
    CHECK(board.read(seen));
    CHECK(published.head.tick == before + static_cast<std::uint64_t>(publishes));
    // With less, the reader's buffer stays as it was, and what it copied is whole.
    CHECK(seen.head.tick == (publishes < 3 ? before : published.head.tick));
  }
}

TEST_CASE("a writer that lost its processor has a quarter of a second to come back") {
  // On a busy machine it waits for tens of milliseconds until it may write on.
  const auto begin = std::chrono::steady_clock::now();
  unsigned attempts = 0;
  CHECK_FALSE(read_persistently([&] { return ++attempts > kReadAttempts; }));
  CHECK(attempts == kReadAttempts);
  CHECK(std::chrono::steady_clock::now() - begin >=
        (kReadAttempts - kReadAttemptsAtOnce) * kReadRest);
  CHECK((kReadAttempts - kReadAttemptsAtOnce) * kReadRest >= std::chrono::milliseconds{250});
}

}  // namespace
}  // namespace flatline::test
