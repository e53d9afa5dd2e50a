#include "collector/fleet/flapping.h"

#include <algorithm>

namespace flatline {

Flapping::Flapping(std::uint32_t capacity, Duration tick, Instant start)
    : sample_(std::max(tick, Duration{kFlappingSample})),
      sample_end_(start + sample_),
      counts_(capacity / 64),
      changed_(capacity / 64),
      known_(capacity / 64),
      healthy_(capacity / 64),
      flapping_(capacity / 64) {
  for (PlaneWords& plane : samples_) plane.resize(capacity / 64);
}

/// The ends lie whole samples apart, however late a tick finds them.
bool Flapping::take_sample_end(Instant now) {
  if (now < sample_end_) return false;
  sample_end_ += ((now - sample_end_) / sample_ + 1) * sample_;
  return true;
}

void Flapping::tick(Instant now, View& view) {
  const PlaneWords& known = view.plane(Plane::kKnown);
  const PlaneWords& healthy = view.plane(Plane::kHealthy);
  const bool ends = take_sample_end(now);
  // `moved` selects all slots when a sample ends and none otherwise, so that both ticks take the
  // same steps.
  const std::uint64_t moved = ends ? ~std::uint64_t{0} : 0;
  PlaneWords& place = samples_[oldest_];
  for (std::size_t i = 0; i < flapping_.size(); ++i) {
    changed_[i] |= (healthy[i] ^ healthy_[i]) & known[i] & known_[i];
    Counters& counters = counts_[i];
    // The oldest sample is subtracted first, so that no counter exceeds the number of samples.
    subtract(counters, place[i] & moved);
    add(counters, changed_[i] & moved);
    place[i] = (place[i] & ~moved) | (changed_[i] & moved);
    changed_[i] &= ~moved;
    known_[i] = known[i];
    healthy_[i] = healthy[i];
    flapping_[i] = at_least(counters, kFlappingBegins) |
                   (flapping_[i] & at_least(counters, kFlappingEndsBelow));
  }
  view.planes[static_cast<std::size_t>(Plane::kFlapping)] = flapping_;
  oldest_ = (oldest_ + (ends ? 1 : 0)) % kFlappingSamples;
}

void Flapping::forget(std::uint32_t slot) {
  const std::size_t word = slot / 64;
  const std::uint64_t others = ~(std::uint64_t{1} << (slot % 64));
  for (PlaneWords& sample : samples_) sample[word] &= others;
  changed_[word] &= others;
  for (std::uint64_t& bit : counts_[word]) bit &= others;
  known_[word] &= others;
  flapping_[word] &= others;
}

void Flapping::add(Counters& counters, std::uint64_t which) {
  for (std::uint64_t& bit : counters) {
    const std::uint64_t carry = bit & which;
    bit ^= which;
    which = carry;
  }
}

void Flapping::subtract(Counters& counters, std::uint64_t which) {
  for (std::uint64_t& bit : counters) {
    const std::uint64_t borrow = ~bit & which;
    bit ^= which;
    which = borrow;
  }
}

/// Compares from the highest bit down: a counter is above the bound if it has a bit that the bound
/// lacks and all higher bits are equal.
std::uint64_t Flapping::at_least(const Counters& counters, std::uint32_t bound) {
  std::uint64_t above = 0;
  std::uint64_t equal = ~std::uint64_t{0};
  for (std::size_t i = kCounterBits; i-- > 0;) {
    const std::uint64_t wanted = (bound >> i & 1) != 0 ? ~std::uint64_t{0} : 0;
    above |= equal & counters[i] & ~wanted;
    equal &= ~(counters[i] ^ wanted);
  }
  return above | equal;
}

}  // namespace flatline
