#pragma once

// How each figure grows, from the smallest fleet to the largest.

#include "bench/proofs/report_files.h"
#include "bench/proofs/scale/measured.h"

namespace flatline::bench {

Picture growth_picture(const Proof& proof);

}  // namespace flatline::bench
