#include "tools/cli/report/mark.h"

namespace flatline::cli {

Mark mark_of(const BitmapAnswer& bitmap, std::size_t slot) {
  const auto in = [&](Plane plane) {
    return (bitmap.plane(plane)[slot / 64] >> slot % 64 & 1) != 0;
  };
  if (!in(Plane::kRegistered)) return kFree;
  if (in(Plane::kDrained)) return kDrained;
  if (!in(Plane::kKnown)) return in(Plane::kAwaited) ? kExpected : kUnknown;
  if (!in(Plane::kReporting)) return in(Plane::kAwaited) ? kMissing : kSilent;
  if (!in(Plane::kHealthy)) return kFailing;
  if (in(Plane::kConflict)) return kConflict;
  return in(Plane::kWarning) ? kWarning : kHealthy;
}

}  // namespace flatline::cli
