#include "collector/view/slot_bytes.h"

#include <bit>
#include <cstring>

#include "schema/invariant.h"

namespace flatline {
namespace {

static_assert(std::endian::native == std::endian::little, "a word's first byte is its lowest");
static_assert(kSlotPlanes == 8, "a slot's planes are a byte");

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

/// The words of the planes that a slot's byte has a bit for. Where a host is not reporting, two of
/// the bits say something else (planes.h).
std::array<std::uint64_t, kSlotPlanes> stored_words(const View& view, std::size_t word) {
  std::array<std::uint64_t, kSlotPlanes> words;
  for (std::size_t plane = 0; plane < kSlotPlanes; ++plane) words[plane] = view.planes[plane][word];
  const std::uint64_t reporting = view.plane(Plane::kReporting)[word];
  const std::uint64_t conflict = view.plane(Plane::kConflict)[word];
  words[static_cast<std::size_t>(Plane::kWarning)] |= conflict & ~reporting;
  words[static_cast<std::size_t>(Plane::kConflict)] =
      (conflict & reporting) | view.plane(Plane::kAwaited)[word];
  return words;
}

void take_stored_words(const std::array<std::uint64_t, kSlotPlanes>& words, std::size_t word,
                       View& view) {
  constexpr auto kWarning = static_cast<std::size_t>(Plane::kWarning);
  constexpr auto kConflict = static_cast<std::size_t>(Plane::kConflict);
  const std::uint64_t reporting = words[static_cast<std::size_t>(Plane::kReporting)];
  for (std::size_t plane = 0; plane < kSlotPlanes; ++plane) view.planes[plane][word] = words[plane];
  view.planes[kWarning][word] = words[kWarning] & reporting;
  view.planes[kConflict][word] = (words[kConflict] & reporting) | (words[kWarning] & ~reporting);
  view.planes[static_cast<std::size_t>(Plane::kAwaited)][word] = words[kConflict] & ~reporting;
}

}  // namespace

void to_slot_bytes(const View& view, std::span<std::uint8_t> bytes) {
  INVARIANT(bytes.size() == view.head.capacity);
  for (std::size_t word = 0; word < bytes.size() / 64; ++word) {
    const auto words = stored_words(view, word);
    for (unsigned eight = 0; eight < 8; ++eight) {
      std::uint64_t bits = 0;
      for (std::size_t plane = 0; plane < kSlotPlanes; ++plane) {
        bits |= (words[plane] >> (8 * eight) & 0xFF) << (8 * plane);
      }
      bits = transpose(bits);
      std::memcpy(bytes.data() + word * 64 + 8 * eight, &bits, sizeof bits);
    }
  }
}

void from_slot_bytes(std::span<const std::uint8_t> bytes, View& view) {
  INVARIANT(bytes.size() == view.head.capacity);
  for (std::size_t word = 0; word < bytes.size() / 64; ++word) {
    std::array<std::uint64_t, kSlotPlanes> words{};
    for (unsigned eight = 0; eight < 8; ++eight) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, bytes.data() + word * 64 + 8 * eight, sizeof bits);
      bits = transpose(bits);
      for (std::size_t plane = 0; plane < kSlotPlanes; ++plane) {
        words[plane] |= (bits >> (8 * plane) & 0xFF) << (8 * eight);
      }
    }
    take_stored_words(words, word, view);
  }
}

std::uint8_t slot_byte(const View& view, std::uint32_t slot) {
  const auto words = stored_words(view, slot / 64);
  std::uint8_t planes = 0;
  for (std::size_t i = 0; i < kSlotPlanes; ++i) {
    planes |= static_cast<std::uint8_t>((words[i] >> (slot % 64) & 1) << i);
  }
  return planes;
}

}  // namespace flatline
