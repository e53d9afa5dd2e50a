#pragma once

// A view's planes as one byte a slot (planes.h says which bit is what), and back: how the history
// and the checkpoint store them, since one slot's planes are then in one place. Pure.

#include <cstdint>
#include <span>

#include "collector/view/view.h"

namespace flatline {

/// `bytes` has a place for each slot of the view's capacity.
void to_slot_bytes(const View& view, std::span<std::uint8_t> bytes);

/// The inverse: fills the view's planes, and nothing of its head.
void from_slot_bytes(std::span<const std::uint8_t> bytes, View& view);

/// One slot's byte.
std::uint8_t slot_byte(const View& view, std::uint32_t slot);

}  // namespace flatline
