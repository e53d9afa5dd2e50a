#include "collector/fleet/notices.h"

namespace flatline {

void Notices::add(const Notice& notice) {
  const auto end = notices_.begin() + count_;
  auto place = std::find_if(notices_.begin(), end, [&](const Notice& old) {
    return old.host == notice.host && old.outcome == notice.outcome;
  });
  if (place == end) {
    if (count_ < notices_.size()) ++count_;
    place = notices_.begin() + count_ - 1;
  }
  std::move_backward(notices_.begin(), place, place + 1);
  notices_.front() = notice;
}

void Notices::show(ViewHead& head) const {
  head.notices = notices_;
  head.notice_count = count_;
}

}  // namespace flatline
