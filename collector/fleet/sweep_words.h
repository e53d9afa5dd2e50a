#pragma once

// Reads the columns of 64 slots as words with one bit a slot: once for any processor, and once with
// SSE2, which every x86-64 has. Only the sweep and its test include this, which holds that both
// say the same. Pure.

#include <array>
#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "collector/fleet/slot_columns.h"

namespace flatline::sweep_words {

inline constexpr std::size_t kWordSlots = 64;

/// With what the columns' times are compared.
struct Now {
  std::uint32_t stamp = 0;  ///< SlotColumns::stamp
  std::int32_t second = 0;  ///< SlotColumns::second
};

/// What the columns say of 64 slots.
struct Said {
  std::uint64_t alive = 0;        ///< The deadline lies ahead.
  std::uint64_t in_conflict = 0;  ///< The conflict's end lies ahead.
  std::uint64_t in_drain = 0;     ///< The drain's end lies ahead, and its beginning does not.
  std::array<std::uint64_t, kSlotPlanes> verdicts{};
};

inline Said read_portably(const SlotColumns& columns, std::size_t first, const Now& now) {
  Said said;
  for (std::size_t i = 0; i < kWordSlots; ++i) {
    const auto bit = [i](bool set) { return static_cast<std::uint64_t>(set) << i; };
    said.alive |= bit(SlotColumns::is_ahead(columns.deadlines()[first + i], now.stamp));
    said.in_conflict |= bit(SlotColumns::is_ahead(columns.conflict_until()[first + i], now.stamp));
    said.in_drain |= bit(columns.drained_until()[first + i] > now.second &&
                         columns.drained_from()[first + i] <= now.second);
    for (std::size_t plane = 0; plane < kSlotPlanes; ++plane) {
      said.verdicts[plane] |= bit((columns.verdicts()[first + i] >> plane & 1) != 0);
    }
  }
  return said;
}

#ifdef __SSE2__
inline __m128i load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

/// 16 numbers of 32 bits.
struct Numbers {
  __m128i part[4];
};

/// The 16 signs as bits. Packing to bytes keeps the signs, and PMOVMSKB collects them.
inline std::uint64_t signs(const Numbers& numbers) {
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
inline void transpose(const std::uint8_t* verdicts, std::array<std::uint64_t, kSlotPlanes>& words) {
  for (std::size_t part = 0; part < 4; ++part) {
    __m128i bytes = load(verdicts + 16 * part);
    for (std::size_t plane = kSlotPlanes; plane-- > 0;) {
      const auto bits = static_cast<std::uint16_t>(_mm_movemask_epi8(bytes));
      words[plane] |= std::uint64_t{bits} << (16 * part);
      bytes = _mm_add_epi8(bytes, bytes);
    }
  }
}

inline Said read_by_sse2(const SlotColumns& columns, std::size_t first, const Now& now) {
  const __m128i stamps = _mm_set1_epi32(static_cast<int>(now.stamp));
  const __m128i seconds = _mm_set1_epi32(now.second);
  const auto is_ahead = [&](__m128i ends) { return _mm_sub_epi32(stamps, ends); };
  Said said;
  said.alive = word_of(columns.deadlines().data() + first, is_ahead);
  said.in_conflict = word_of(columns.conflict_until().data() + first, is_ahead);
  const auto is_later = [&](__m128i times) { return _mm_cmpgt_epi32(times, seconds); };
  said.in_drain = word_of(columns.drained_until().data() + first, is_later) &
                  ~word_of(columns.drained_from().data() + first, is_later);
  transpose(columns.verdicts().data() + first, said.verdicts);
  return said;
}
#endif

inline Said read(const SlotColumns& columns, std::size_t first, const Now& now) {
#ifdef __SSE2__
  return read_by_sse2(columns, first, now);
#else
  return read_portably(columns, first, now);
#endif
}

}  // namespace flatline::sweep_words
