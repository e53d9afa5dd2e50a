#pragma once

// The bitmap as a picture of characters, a slot or several to each. Pure.

#include <cstddef>
#include <string>

#include "schema/answers/bitmap_answer.h"

namespace flatline::cli {

/// Draws all planes of `answer` up to the highest registered slot, at most `columns` wide and
/// `rows` high: where slots do not fit one by one, a character stands for several and shows the
/// worst. A legend with counts follows.
std::string draw_map(const BitmapAnswer& answer, std::size_t columns, std::size_t rows,
                     bool colored);

}  // namespace flatline::cli
