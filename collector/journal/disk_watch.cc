#include "collector/journal/disk_watch.h"

namespace flatline {

/// Two looks must find the count unmoved. One look cannot tell a disk that hangs from a collector
/// that stood still as a whole, with the journal's thread; the next look can.
Duration DiskWatch::look(const Moment& moment) {
  const std::uint64_t answers = answers_.load();
  if (!asking_.load() || answers != seen_) {
    seen_ = answers;
    since_ = moment;
    looked_again_ = false;
    return Duration{0};
  }
  const Duration silent = moment.now - since_.now;
  if (!looked_again_) {
    looked_again_ = true;
    return Duration{0};
  }
  return silent > Duration{kDiskPatience} ? silent : Duration{0};
}

}  // namespace flatline
