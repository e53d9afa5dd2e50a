#pragma once

// How each figure grows, from the smallest fleet to the largest.

#include "bench/scale_proof/measured.h"
#include "bench/stand/report_files.h"

namespace flatline::bench {

Picture growth_picture(const Proof& proof);

}  // namespace flatline::bench
