#pragma once

// The last few hosts that were refused, so that people can find the cause: the newest comes first,
// and a host is named once for each reason. Pure.

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
  std::array<Notice, kNotices> notices_{};
  std::uint32_t count_ = 0;
};

}  // namespace flatline
