#include "collector/journal/disk_watch.h"

namespace flatline {

/// One look that finds the count where it was does not tell a disk that hangs from a collector that
/// stood still as a whole, its disk's thread included: the next one does.
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
