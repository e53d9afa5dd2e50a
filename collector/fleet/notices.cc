#include "collector/fleet/notices.h"

namespace flatline {

void Notices::add(const Notice& notice) {
  const auto end = notices_.begin() + count_;
  auto place = std::find_if(notices_.begin(), end, [&](const Notice& old) {
    return old.host == notice.host && old.outcome == notice.outcome;
  });
  if (place == end) {
    if (count_ == notices_.size() && !make_room(notice)) return;
    place = notices_.begin() + count_++;
  }
  std::move_backward(notices_.begin(), place, place + 1);
  notices_.front() = notice;
}

bool Notices::make_room(const Notice& notice) {
  const auto end = notices_.begin() + count_;
  auto last = end;
  while (last != notices_.begin() && (last - 1)->is_proved()) --last;
  if (last == notices_.begin()) {
    if (!notice.is_proved()) return false;
    last = end;
  }
  std::move(last, end, last - 1);
  --count_;
  return true;
}

void Notices::show(ViewHead& head) const {
  head.notices = notices_;
  head.notice_count = count_;
}

}  // namespace flatline
