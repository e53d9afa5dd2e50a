#pragma once

// A view's planes as one byte a slot (bit p is plane p), and back: how the history and the
// checkpoint store them, since one slot's planes are then in one place. Pure.

#include <cstdint>
#include <span>

#include "collector/view.h"

namespace flatline {

/// `bytes` has a place for each slot of the view's capacity.
void to_slot_bytes(const View& view, std::span<std::uint8_t> bytes);

/// The inverse: fills the view's planes, and nothing of its head.
void from_slot_bytes(std::span<const std::uint8_t> bytes, View& view);

}  // namespace flatline
