#pragma once

// What a character of a picture shows. The map and a host's history use the same marks.

#include <array>
#include <cstddef>
#include <string_view>

#include "schema/answers/bitmap_answer.h"
#include "tools/cli/report/table.h"

namespace flatline::cli {

/// The worst comes last. A gap comes after healthy and before all trouble, so that it neither
/// counts as health nor hides trouble beside it.
enum Mark : std::size_t {
  kFree,
  kDrained,
  kHealthy,
  kGap,
  kExpected,
  kUnknown,
  kWarning,
  kConflict,
  kFailing,
  kMissing,
  kSilent
};
inline constexpr std::size_t kMarks = 11;

struct Glyph {
  char character;
  Color color;
  std::string_view word;
};
inline constexpr std::array<Glyph, kMarks> kGlyphs = {{{' ', Color::kNone, "free"},
                                                       {'-', Color::kGray, "drained"},
                                                       {'.', Color::kGreen, "healthy"},
                                                       {'_', Color::kGray, "not watched"},
                                                       {'e', Color::kGray, "expected"},
                                                       {'?', Color::kGray, "unknown"},
                                                       {'w', Color::kYellow, "warning"},
                                                       {'!', Color::kMagenta, "conflict"},
                                                       {'F', Color::kRed, "failing"},
                                                       {'M', Color::kMagenta, "missing"},
                                                       {'S', Color::kMagenta, "silent"}}};

/// What a slot of a bitmap of all planes shows.
Mark mark_of(const BitmapAnswer& bitmap, std::size_t slot);

}  // namespace flatline::cli
