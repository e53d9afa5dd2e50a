#include "collector/slot_bytes.h"

#include <bit>
#include <cstring>

#include "schema/invariant.h"

namespace flatline {
namespace {

static_assert(std::endian::native == std::endian::little, "a word's first byte is its lowest");
static_assert(kPlanes == 8, "a slot's planes are a byte");

/// Transposes 8 by 8 bits: bit p of byte s becomes bit s of byte p. (H. Warren, Hacker's Delight,
/// 7-3.)
std::uint64_t transpose(std::uint64_t bits) {
  const auto swap = [&bits](unsigned distance, std::uint64_t mask) {
    const std::uint64_t differ = (bits ^ (bits >> distance)) & mask;
    bits ^= differ ^ (differ << distance);
  };
  swap(7, 0x00AA00AA00AA00AA);
  swap(14, 0x0000CCCC0000CCCC);
  swap(28, 0x00000000F0F0F0F0);
  return bits;
}

}  // namespace

void to_slot_bytes(const View& view, std::span<std::uint8_t> bytes) {
  INVARIANT(bytes.size() == view.head.capacity);
  for (std::size_t word = 0; word < bytes.size() / 64; ++word) {
    for (unsigned eight = 0; eight < 8; ++eight) {
      std::uint64_t bits = 0;
      for (std::size_t plane = 0; plane < kPlanes; ++plane) {
        bits |= (view.planes[plane][word] >> (8 * eight) & 0xFF) << (8 * plane);
      }
      bits = transpose(bits);
      std::memcpy(bytes.data() + word * 64 + 8 * eight, &bits, sizeof bits);
    }
  }
}

void from_slot_bytes(std::span<const std::uint8_t> bytes, View& view) {
  INVARIANT(bytes.size() == view.head.capacity);
  for (std::size_t word = 0; word < bytes.size() / 64; ++word) {
    std::array<std::uint64_t, kPlanes> words{};
    for (unsigned eight = 0; eight < 8; ++eight) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, bytes.data() + word * 64 + 8 * eight, sizeof bits);
      bits = transpose(bits);
      for (std::size_t plane = 0; plane < kPlanes; ++plane) {
        words[plane] |= (bits >> (8 * plane) & 0xFF) << (8 * eight);
      }
    }
    for (std::size_t plane = 0; plane < kPlanes; ++plane) view.planes[plane][word] = words[plane];
  }
}

}  // namespace flatline
