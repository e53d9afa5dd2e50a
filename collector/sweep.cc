#include "collector/sweep.h"

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "schema/invariant.h"

namespace flatline {
namespace {

constexpr std::size_t kWordSlots = 64;

/// Bit i: the time of slot i lies after `now`.
template <typename Time>
std::uint64_t word_after(const Time* times, Time now) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < kWordSlots; ++i) {
    word |= static_cast<std::uint64_t>(times[i] > now) << i;
  }
  return word;
}

/// Turns 64 bytes of eight planes each into eight words of 64 slots each.
#ifdef __SSE2__
/// The top bit of 16 bytes at once is what PMOVMSKB collects, and adding a byte to itself brings up
/// its next bit.
void transpose(const std::uint8_t* verdicts, std::array<std::uint64_t, kPlanes>& words) {
  words.fill(0);
  for (std::size_t part = 0; part < 4; ++part) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(verdicts + 16 * part));
    for (std::size_t plane = kPlanes; plane-- > 0;) {
      const auto bits = static_cast<std::uint16_t>(_mm_movemask_epi8(bytes));
      words[plane] |= std::uint64_t{bits} << (16 * part);
      bytes = _mm_add_epi8(bytes, bytes);
    }
  }
}
#else
void transpose(const std::uint8_t* verdicts, std::array<std::uint64_t, kPlanes>& words) {
  words.fill(0);
  for (std::size_t slot = 0; slot < kWordSlots; ++slot) {
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      words[plane] |= static_cast<std::uint64_t>(verdicts[slot] >> plane & 1) << slot;
    }
  }
}
#endif

}  // namespace

void sweep(const SlotColumns& columns, Instant now, WallTime wall, View& view) {
  const std::size_t size = view.head.capacity / kWordSlots;
  INVARIANT(columns.deadlines.size() == view.head.capacity);
  INVARIANT(columns.verdicts.size() == view.head.capacity);
  INVARIANT(columns.drained_until.size() == view.head.capacity);
  const auto plane = [&](Plane which) {
    return view.planes[static_cast<std::size_t>(which)].data();
  };
  std::uint64_t* const registered = plane(Plane::kRegistered);
  std::uint64_t* const known = plane(Plane::kKnown);
  std::uint64_t* const reporting = plane(Plane::kReporting);
  std::uint64_t* const healthy = plane(Plane::kHealthy);
  std::uint64_t* const warning = plane(Plane::kWarning);
  std::uint64_t* const drained = plane(Plane::kDrained);
  std::uint64_t* const flapping = plane(Plane::kFlapping);
  std::uint64_t* const conflict = plane(Plane::kConflict);
  const auto index = [](Plane which) { return static_cast<std::size_t>(which); };
  std::array<std::uint64_t, kPlanes> said;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t alive = word_after(columns.deadlines.data() + i * kWordSlots, now);
    transpose(columns.verdicts.data() + i * kWordSlots, said);
    const std::uint64_t heard = said[index(Plane::kKnown)];
    registered[i] = said[index(Plane::kRegistered)];
    known[i] = heard | (registered[i] & ~alive);
    reporting[i] = heard & alive;
    healthy[i] = said[index(Plane::kHealthy)] & reporting[i];
    warning[i] = said[index(Plane::kWarning)] & reporting[i];
    drained[i] = registered[i] & word_after(columns.drained_until.data() + i * kWordSlots, wall);
    flapping[i] = said[index(Plane::kFlapping)];
    conflict[i] = said[index(Plane::kConflict)] & reporting[i];
  }
}

Counts count_planes(const View& view) {
  const PlaneWords& registered = view.plane(Plane::kRegistered);
  const PlaneWords& known = view.plane(Plane::kKnown);
  const PlaneWords& reporting = view.plane(Plane::kReporting);
  const PlaneWords& healthy = view.plane(Plane::kHealthy);
  const auto ones = [](std::uint64_t word) {
    return static_cast<std::uint32_t>(std::popcount(word));
  };
  Counts counts;
  for (std::size_t i = 0; i < registered.size(); ++i) {
    counts.hosts += ones(registered[i]);
    counts.healthy += ones(healthy[i]);
    counts.failing += ones(reporting[i] & ~healthy[i]);
    counts.silent += ones(known[i] & ~reporting[i]);
    counts.unknown += ones(registered[i] & ~known[i]);
    counts.warning += ones(view.plane(Plane::kWarning)[i]);
    counts.drained += ones(view.plane(Plane::kDrained)[i]);
    counts.flapping += ones(view.plane(Plane::kFlapping)[i]);
    counts.conflict += ones(view.plane(Plane::kConflict)[i]);
  }
  return counts;
}

Quorum count_quorum(const View& view) {
  Quorum quorum;
  for (std::size_t i = 0; i < view.plane(Plane::kKnown).size(); ++i) {
    const std::uint64_t judged = view.plane(Plane::kKnown)[i] & ~view.plane(Plane::kDrained)[i];
    quorum.known += static_cast<std::uint32_t>(std::popcount(judged));
    quorum.healthy +=
        static_cast<std::uint32_t>(std::popcount(judged & view.plane(Plane::kHealthy)[i]));
  }
  return quorum;
}

}  // namespace flatline
