#include "tools/cli/report/draw.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>

#include "tools/cli/report/mark.h"
#include "tools/cli/report/table.h"

namespace flatline::cli {
namespace {

class Slots {
 public:
  explicit Slots(const BitmapAnswer& answer) {
    const auto registered = answer.plane(Plane::kRegistered);
    for (std::size_t i = 0; i < registered.size(); ++i) {
      if (registered[i] != 0) {
        size_ = 64 * i + 64 - static_cast<std::size_t>(std::countl_zero(registered[i]));
      }
    }
  }

  /// How many slots there are up to the highest registered one.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

}  // namespace

std::string draw_map(const BitmapAnswer& answer, std::size_t columns, std::size_t rows,
                     bool colored) {
  const Slots slots(answer);
  if (slots.size() == 0) return "No host is registered.\n";
  const std::size_t label = std::to_string(slots.size() - 1).size() + 2;
  const std::size_t width = std::max<std::size_t>(columns > label ? columns - label : 1, 1);
  const std::size_t scale = std::max<std::size_t>(
      (slots.size() + width * rows - 1) / (width * std::max<std::size_t>(rows, 1)), 1);

  std::string text;
  std::array<std::size_t, kGlyphs.size()> counts{};
  for (std::size_t begin = 0; begin < slots.size(); begin += width * scale) {
    text += fmt::format("{:>{}}  ", begin, label - 2);
    // Neighbours of one colour share its escape sequences.
    std::string run;
    Color run_color = Color::kNone;
    for (std::size_t at = begin; at < std::min(begin + width * scale, slots.size()); at += scale) {
      Mark worst = kFree;
      for (std::size_t slot = at; slot < std::min(at + scale, slots.size()); ++slot) {
        const Mark mark = mark_of(answer, slot);
        ++counts[mark];
        worst = std::max(worst, mark);
      }
      if (kGlyphs[worst].color != run_color) {
        text += paint(run, run_color, colored && !run.empty());
        run.clear();
        run_color = kGlyphs[worst].color;
      }
      run += kGlyphs[worst].character;
    }
    while (!run.empty() && run.back() == ' ') run.pop_back();
    text += paint(run, run_color, colored && !run.empty()) + "\n";
  }
  text += "\n";
  for (std::size_t i = kGlyphs.size(); i-- > kDrained;) {
    if (counts[i] == 0) continue;
    text += fmt::format("{} {} {}   ",
                        paint(std::string(1, kGlyphs[i].character), kGlyphs[i].color, colored),
                        kGlyphs[i].word, counts[i]);
  }
  text += scale == 1 ? "(a character is a slot)\n"
                     : fmt::format("(a character is {} slots and shows the worst)\n", scale);
  return text;
}

}  // namespace flatline::cli
