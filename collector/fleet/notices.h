#pragma once

// The last few hosts that were refused, so that people can find the cause: the newest comes first,
// and a host is named once for each reason. Pure.

#include "collector/view/view.h"

namespace flatline {

class Notices {
 public:
  void add(const Notice& notice);
  void show(ViewHead& head) const;

 private:
  std::array<Notice, kNotices> notices_{};
  std::uint32_t count_ = 0;
};

}  // namespace flatline
