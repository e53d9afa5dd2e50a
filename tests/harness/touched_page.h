#pragma once

// A page of memory whose first touch is an event: so a test comes into the middle of a copy that
// the code under test makes, by no other means than where it copies from or to.

#include <cstddef>
#include <functional>

namespace flatline::test {

class TouchedPage {
 public:
  enum class Touch {
    kAny,    ///< Reading or writing.
    kWrite,  ///< Writing alone.
  };
  /// Calls `touched` in the place of the first touch, which then goes on. `page` is the first byte
  /// of a page. There is one such page at a time; it is as it was once this is destroyed.
  TouchedPage(void* page, Touch touch, std::function<void()> touched);
  ~TouchedPage();
  TouchedPage(const TouchedPage&) = delete;
  TouchedPage& operator=(const TouchedPage&) = delete;

  [[nodiscard]] static std::size_t page_bytes();
  /// The first page that begins at `at` or behind it.
  [[nodiscard]] static void* page_from(void* at);
};

}  // namespace flatline::test
