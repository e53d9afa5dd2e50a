#pragma once

// The fleet as a picture of characters, in the order of its labels: the hosts of a role, then of a
// zone within it, stand together, so that a rack or a zone that fails is a patch and not dust.
// Pure.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "schema/answers/bitmap_answer.h"
#include "tools/cli/report/mark.h"
#include "tools/cli/screen/line.h"
#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {

struct Map {
  std::vector<Line> lines;  ///< As many as fit; fewer where the fleet needs no more.
  std::size_t scale = 1;    ///< How many hosts a character stands for.
  std::string order;        ///< `role, zone`; empty where hosts are in the order of their slots.
  Line legend;              ///< Of the characters that occur.
};

/// `keys` say by which labels, in which order; one or two of them are used, so many as find room.
Map draw_map(const BitmapAnswer& bitmap, const Memberships& labels,
             const std::vector<std::string>& keys, Size size);

/// The character of some hosts: small where fewer than half of them are in trouble, else large.
/// What most of those in trouble have decides which; drained hosts are in none.
struct Sign {
  char character = ' ';
  Mark mark = kFree;
  bool is_most = false;
};
Sign sign_of(const std::array<std::size_t, kMarks>& counts);

}  // namespace flatline::cli::screen
