#pragma once

// The last few hosts that were refused, so that people can find the cause: the newest comes first,
// and a host is named once for each reason. What is proved of a host goes before what anybody could
// have written into a header: it takes the other's place, and never loses its own to it. Pure.

#include <algorithm>

#include "collector/view/view.h"

namespace flatline {

class Notices {
 public:
  void add(const Notice& notice);
  /// Takes away every notice for which `is_over(notice)` holds.
  template <typename IsOver>
  void remove_if(IsOver is_over) {
    const auto end = std::remove_if(notices_.begin(), notices_.begin() + count_, is_over);
    count_ = static_cast<std::uint32_t>(end - notices_.begin());
  }
  void show(ViewHead& head) const;

 private:
  /// Drops the oldest that is not proved, or else the oldest. Returns false if `notice` is not
  /// proved and all others are.
  bool make_room(const Notice& notice);

  std::array<Notice, kNotices> notices_{};
  std::uint32_t count_ = 0;
};

}  // namespace flatline
