#include "collector/fleet/sweep.h"

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "schema/invariant.h"

namespace flatline {
namespace {

constexpr std::size_t kWordSlots = 64;

/// What the columns say of 64 slots, as words with one bit a slot.
struct Said {
  std::uint64_t alive = 0;     ///< The deadline lies ahead.
  std::uint64_t in_drain = 0;  ///< The drain's end lies ahead.
  std::array<std::uint64_t, kSlotPlanes> verdicts{};
};

#ifdef __SSE2__
__m128i load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

/// 16 numbers of 32 bits.
struct Numbers {
  __m128i part[4];
};

/// The 16 signs as bits. Packing to bytes keeps the signs, and PMOVMSKB collects them.
std::uint64_t signs(const Numbers& numbers) {
  const __m128i low = _mm_packs_epi32(numbers.part[0], numbers.part[1]);
  const __m128i high = _mm_packs_epi32(numbers.part[2], numbers.part[3]);
  return static_cast<std::uint16_t>(_mm_movemask_epi8(_mm_packs_epi16(low, high)));
}

/// The word of 64 slots, 16 at a time. `made_of` maps four numbers of the column to four that are
/// below zero where the slot's bit is to be set.
template <typename Number, typename Made>
std::uint64_t word_of(const Number* column, Made&& made_of) {
  std::uint64_t word = 0;
  for (std::size_t part = 0; part < 4; ++part) {
    Numbers numbers;
    for (std::size_t i = 0; i < 4; ++i) numbers.part[i] = made_of(load(column + 16 * part + 4 * i));
    word |= signs(numbers) << (16 * part);
  }
  return word;
}

/// Turns 64 bytes of verdicts into a word for each plane. Adding a byte to itself shifts its next
/// bit to the top, where PMOVMSKB finds it.
void transpose(const std::uint8_t* verdicts, std::array<std::uint64_t, kSlotPlanes>& words) {
  for (std::size_t part = 0; part < 4; ++part) {
    __m128i bytes = load(verdicts + 16 * part);
    for (std::size_t plane = kSlotPlanes; plane-- > 0;) {
      const auto bits = static_cast<std::uint16_t>(_mm_movemask_epi8(bytes));
      words[plane] |= std::uint64_t{bits} << (16 * part);
      bytes = _mm_add_epi8(bytes, bytes);
    }
  }
}

Said read(const SlotColumns& columns, std::size_t first, std::uint32_t now, std::int32_t wall) {
  const __m128i nows = _mm_set1_epi32(static_cast<int>(now));
  const __m128i walls = _mm_set1_epi32(wall);
  Said said;
  said.alive = word_of(columns.deadlines().data() + first,
                       [&](__m128i deadlines) { return _mm_sub_epi32(nows, deadlines); });
  said.in_drain = word_of(columns.drained_until().data() + first,
                          [&](__m128i ends) { return _mm_cmpgt_epi32(ends, walls); });
  transpose(columns.verdicts().data() + first, said.verdicts);
  return said;
}
#else
Said read(const SlotColumns& columns, std::size_t first, std::uint32_t now, std::int32_t wall) {
  Said said;
  for (std::size_t i = 0; i < kWordSlots; ++i) {
    const auto passed = static_cast<std::int32_t>(now - columns.deadlines()[first + i]);
    said.alive |= static_cast<std::uint64_t>(passed < 0) << i;
    said.in_drain |= static_cast<std::uint64_t>(columns.drained_until()[first + i] > wall) << i;
    for (std::size_t plane = 0; plane < kSlotPlanes; ++plane) {
      const std::uint64_t bit = columns.verdicts()[first + i] >> plane & 1;
      said.verdicts[plane] |= bit << i;
    }
  }
  return said;
}
#endif

}  // namespace

void sweep(const SlotColumns& columns, Instant now, WallTime wall, View& view) {
  const std::size_t size = view.head.capacity / kWordSlots;
  INVARIANT(columns.size() == view.head.capacity);
  const auto plane = [&](Plane which) {
    return view.planes[static_cast<std::size_t>(which)].data();
  };
  std::uint64_t* const registered = plane(Plane::kRegistered);
  std::uint64_t* const known = plane(Plane::kKnown);
  std::uint64_t* const reporting = plane(Plane::kReporting);
  std::uint64_t* const healthy = plane(Plane::kHealthy);
  std::uint64_t* const warning = plane(Plane::kWarning);
  std::uint64_t* const drained = plane(Plane::kDrained);
  std::uint64_t* const conflict = plane(Plane::kConflict);
  std::uint64_t* const awaited = plane(Plane::kAwaited);
  const auto index = [](Plane which) { return static_cast<std::size_t>(which); };
  for (std::size_t i = 0; i < size; ++i) {
    const Said said =
        read(columns, i * kWordSlots, SlotColumns::stamp(now), SlotColumns::second(wall));
    const auto& verdicts = said.verdicts;
    const std::uint64_t heard = verdicts[index(Plane::kKnown)];
    registered[i] = verdicts[index(Plane::kRegistered)];
    known[i] = heard | (registered[i] & ~said.alive);
    reporting[i] = heard & said.alive;
    healthy[i] = verdicts[index(Plane::kHealthy)] & reporting[i];
    warning[i] = verdicts[index(Plane::kWarning)] & reporting[i];
    drained[i] = registered[i] & said.in_drain;
    conflict[i] = verdicts[index(Plane::kConflict)] & reporting[i];
    awaited[i] = verdicts[index(Plane::kReporting)] & ~reporting[i];
  }
}

Counts count_planes(const View& view) {
  const PlaneWords& registered = view.plane(Plane::kRegistered);
  const PlaneWords& known = view.plane(Plane::kKnown);
  const PlaneWords& reporting = view.plane(Plane::kReporting);
  const PlaneWords& healthy = view.plane(Plane::kHealthy);
  const PlaneWords& awaited = view.plane(Plane::kAwaited);
  const auto ones = [](std::uint64_t word) {
    return static_cast<std::uint32_t>(std::popcount(word));
  };
  Counts counts;
  for (std::size_t i = 0; i < registered.size(); ++i) {
    counts.hosts += ones(registered[i]);
    counts.healthy += ones(healthy[i]);
    counts.failing += ones(reporting[i] & ~healthy[i]);
    counts.silent += ones(known[i] & ~reporting[i] & ~awaited[i]);
    counts.missing += ones(known[i] & awaited[i]);
    counts.unknown += ones(registered[i] & ~known[i] & ~awaited[i]);
    counts.expected += ones(registered[i] & ~known[i] & awaited[i]);
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
