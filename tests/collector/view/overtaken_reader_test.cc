// A reader of views whom the writer overtakes in the middle of copying. The writer has its turn
// when the reader touches a page of its own view that may not be written yet.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

#include "collector/view/view_board.h"

namespace flatline {
namespace {

/// What happens at the first touch of the page. A signal handler finds it here.
struct Interruption {
  ViewBoard* board = nullptr;
  View* view = nullptr;
  int publishes = 0;
  void* page = nullptr;
  std::size_t page_bytes = 0;
} interruption;

/// Publishing takes no lock and no memory, so a handler may.
void interrupt(int) {
  ::mprotect(interruption.page, interruption.page_bytes, PROT_READ | PROT_WRITE);
  for (; interruption.publishes > 0; --interruption.publishes) {
    ++interruption.view->head.tick;
    interruption.board->publish(*interruption.view);
  }
}

/// Takes SIGSEGV for as long as it lives.
class Handler {
 public:
  Handler() {
    struct sigaction action {};
    action.sa_handler = interrupt;
    REQUIRE(::sigaction(SIGSEGV, &action, &before_) == 0);
  }
  ~Handler() { ::sigaction(SIGSEGV, &before_, nullptr); }
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

 private:
  struct sigaction before_ {};
};

TEST_CASE("a reader whom the writer overtakes begins anew at the newest view") {
  constexpr std::uint32_t kSlots = 1 << 20;  // A plane of so many has whole pages.
  const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  ViewBoard board(kSlots);
  View published(kSlots);
  View seen(kSlots);
  std::uint64_t* const words = seen.planes.back().data();
  const auto address = reinterpret_cast<std::uintptr_t>(words);
  const std::size_t to_page = (page_bytes - address % page_bytes) % page_bytes;
  // Three buffers are written in turn: with three or more, that of the reader is among them.
  for (int publishes = 1; publishes <= 7; ++publishes) {
    CAPTURE(publishes);
    ++published.head.tick;
    published.planes.back().assign(kSlots / 64, published.head.tick);
    board.publish(published);
    interruption = {&board, &published, publishes, reinterpret_cast<std::byte*>(words) + to_page,
                    page_bytes};
    const std::uint64_t before = published.head.tick;
    const Handler handler;
    REQUIRE(::mprotect(interruption.page, page_bytes, PROT_READ) == 0);
    CHECK(board.read(seen));
    CHECK(interruption.publishes == 0);
    CHECK(published.head.tick == before + static_cast<std::uint64_t>(publishes));
    // With less, the reader's buffer stays as it was, and what it copied is whole.
    CHECK(seen.head.tick == (publishes < 3 ? before : published.head.tick));
  }
}

}  // namespace
}  // namespace flatline
