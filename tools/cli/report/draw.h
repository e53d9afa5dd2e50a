#pragma once

// The bitmap as a picture of characters. Each character shows one slot or several. Pure.

#include <cstddef>
#include <string>

#include "schema/answers/bitmap_answer.h"

namespace flatline::cli {

/// Draws all planes of `answer` up to the highest registered slot, at most `columns` wide and
/// `rows` high. Where slots do not fit one by one, a character shows the worst of several. A legend
/// with counts follows.
std::string draw_map(const BitmapAnswer& answer, std::size_t columns, std::size_t rows,
                     bool colored);

}  // namespace flatline::cli
