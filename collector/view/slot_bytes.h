#pragma once

// Turns a view's planes into one byte for each slot, and back (planes.h says which bit is what).
// The history and the checkpoint store the planes in this form, because it keeps all that belongs
// to one slot in one place. Pure.

#include <cstdint>
#include <span>

#include "collector/view/view.h"

namespace flatline {

/// `bytes` must have one byte for each slot of the view's capacity.
void to_slot_bytes(const View& view, std::span<std::uint8_t> bytes);

/// The inverse: fills the view's planes, and nothing of its head.
void from_slot_bytes(std::span<const std::uint8_t> bytes, View& view);

/// One slot's byte.
std::uint8_t slot_byte(const View& view, std::uint32_t slot);

}  // namespace flatline
