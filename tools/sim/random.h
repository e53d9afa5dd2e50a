#pragma once

// Randomness that a seed repeats. What is drawn is a hash of the seed and of the numbers that name
// the thing, so that no draw depends on the order of the others. Pure.

#include <cstdint>

namespace flatline::sim {

/// A generator after SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
/// Generators", 2014). The same seed and stream give the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t substream = 0)
      : state_(mix(mix(mix(seed) + stream) + substream)) {}

  std::uint64_t next() {
    state_ += kStep;
    return mix(state_);
  }

  /// A number in [0, 1).
  double fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// A number in [0, bound). `bound` is positive and small beside 2^32, so that the bias is too
  /// small to matter.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;

  static std::uint64_t mix(std::uint64_t bits) {
    bits += kStep;
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
    return bits ^ bits >> 31;
  }

  std::uint64_t state_;
};

}  // namespace flatline::sim
