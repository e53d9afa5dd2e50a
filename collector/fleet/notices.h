#pragma once

// The hosts that were refused last, for people: a few names, the newest first, each once a reason.
// Pure.

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
