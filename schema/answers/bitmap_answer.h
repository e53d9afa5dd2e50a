#pragma once

// The binary answer of GET /api/v1/bitmap: a header of 64 bytes, then one plane, or all nine in
// their order. Its size follows from the capacity alone. CONTRACT.md ("The bitmap answer") has the
// table; integers are little-endian.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/planes.h"
#include "schema/time.h"

namespace flatline {

inline constexpr std::size_t kBitmapHeaderBytes = 64;

struct BitmapHeader {
  std::uint32_t capacity = 0;
  std::uint32_t flags = 0;       ///< The flag_bit(Flag) of each flag that is set.
  std::uint8_t first_plane = 0;  ///< The plane that follows; 0 when all follow.
  std::uint8_t planes = 0;       ///< 1 or kPlanes.
  std::uint64_t tick = 0;
  std::uint64_t generation = 0;  ///< Names that were fetched under another one do not fit.
  WallTime time{};
};

struct BitmapAnswer {
  BitmapHeader header;
  /// The planes, one after the other: `header.planes` × capacity / 64 words.
  std::vector<std::uint64_t> words;

  /// The words of one plane, which must be among those that the answer holds.
  [[nodiscard]] std::span<const std::uint64_t> plane(Plane plane) const;
};

std::string encode_bitmap_header(const BitmapHeader& header);

/// Returns nothing if the bytes are not one whole answer.
std::optional<BitmapAnswer> decode_bitmap(std::string_view bytes);

}  // namespace flatline
