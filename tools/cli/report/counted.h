#pragma once

// The counts of some hosts, taken from a bitmap. Pure.

#include "schema/answers/bitmap_answer.h"
#include "schema/answers/view_answers.h"

namespace flatline::cli {

/// The fleet's summary with the counts of the hosts of `bitmap`, which has all planes, in the place
/// of its own. What the collector says of itself stays. Notices go, which tell of hosts that were
/// refused and that no filter selects, and so do causes, which are the whole fleet's.
SummaryAnswer count_hosts(const BitmapAnswer& bitmap, SummaryAnswer fleet);

}  // namespace flatline::cli
