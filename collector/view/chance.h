#pragma once

// How likely it is that chance alone makes as large a share, or a larger one: the upper tails of
// two distributions, as natural logarithms, because the numbers get too small for others. Both are
// bounds: the true tail is never above them, and they are close where it is small. Pure.

#include <cstdint>

namespace flatline {

/// Of `all` hosts, `marked` have something in common, and `drawn` are picked at random. The chance
/// that at least `hits` of those are marked (the hypergeometric distribution).
double log_chance_of_drawing(std::uint32_t hits, std::uint32_t drawn, std::uint32_t marked,
                             std::uint32_t all);

/// The chance that of `tries`, each of which succeeds with `probability`, at least `hits` succeed
/// (the binomial distribution).
double log_chance_of_hits(std::uint32_t hits, std::uint32_t tries, double probability);

}  // namespace flatline
