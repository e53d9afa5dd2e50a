#include "tools/cli/screen/map.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstdint>
#include <numeric>

#include "schema/wire/text.h"
#include "tools/cli/report/names.h"
#include "tools/cli/screen/limits.h"

namespace flatline::cli::screen {
namespace {

using Counts = std::array<std::size_t, kMarks>;

/// Hosts with the same labels, in the order of their slots.
struct Segment {
  std::size_t place = 0;            ///< Among the segments.
  std::vector<std::string> values;  ///< Of each key.
  std::string label;
  bool begins_line = false;
  std::vector<std::uint32_t> slots;
};

/// For each slot, which of a key's values its host has: 0 where it has none that is known.
struct Values {
  std::vector<std::string> names = {"-"};
  std::vector<std::uint8_t> of_slot;
};

Values values_of(const Memberships& labels, const std::string& key, std::size_t slots) {
  Values values;
  values.of_slot.assign(slots, 0);
  std::vector<const Membership*> members;
  for (const auto& label : labels) {
    if (label->key == key && members.size() < kLayoutNone) members.push_back(label.get());
  }
  std::sort(members.begin(), members.end(), [](const Membership* one, const Membership* other) {
    const bool is_last = other->value.empty();  // All other values come behind.
    return one->value.empty() ? false : is_last || natural_less(one->value, other->value);
  });
  for (const Membership* label : members) {
    const auto place = static_cast<std::uint8_t>(values.names.size());
    values.names.push_back(label->value.empty() ? "(other)"
                                                : cut(to_plain_utf8(label->value), kLabelColumns));
    for (std::size_t i = 0; i < std::min(label->hosts.size(), slots / 64); ++i) {
      for (std::uint64_t word = label->hosts[i]; word != 0; word &= word - 1) {
        values.of_slot[64 * i + static_cast<std::size_t>(std::countr_zero(word))] = place;
      }
    }
  }
  return values;
}

constexpr std::size_t kNone = ~std::size_t{0};

/// The registered hosts, split by the values of up to two keys. Hosts without a label come last.
std::vector<Segment> split(const BitmapAnswer& bitmap, const Memberships& labels,
                           const std::vector<std::string>& keys) {
  const auto registered = bitmap.plane(Plane::kRegistered);
  const std::size_t slots = 64 * registered.size();
  std::vector<Values> values;
  for (const std::string& key : keys) values.push_back(values_of(labels, key, slots));
  // Which segment each combination of values has. A search for each of a million slots would take
  // longer than all the rest.
  std::vector<std::size_t> index(std::size_t{1} << 8 * values.size(), kNone);
  std::vector<Segment> split;
  for (std::size_t i = 0; i < registered.size(); ++i) {
    for (std::uint64_t word = registered[i]; word != 0; word &= word - 1) {
      const std::size_t slot = 64 * i + static_cast<std::size_t>(std::countr_zero(word));
      std::size_t place = 0;
      // Value 0, which is none, comes behind all others.
      for (const Values& of : values) place = place << 8 | ((of.of_slot[slot] + 255U) & 255U);
      if (index[place] == kNone) {
        index[place] = split.size();
        Segment segment;
        segment.place = place;
        for (const Values& of : values) segment.values.push_back(of.names[of.of_slot[slot]]);
        split.push_back(std::move(segment));
      }
      split[index[place]].slots.push_back(static_cast<std::uint32_t>(slot));
    }
  }
  std::sort(split.begin(), split.end(),
            [](const Segment& one, const Segment& other) { return one.place < other.place; });
  return split;
}

/// Labels the segments. With `by_line`, each value of the first key begins a line, and is not said
/// again on it: lines are roles, and zones stand side by side.
void label(std::vector<Segment>& segments, bool by_line) {
  const std::string* before = nullptr;
  for (Segment& segment : segments) {
    const bool is_new = before == nullptr || *before != segment.values.front();
    segment.begins_line = by_line && is_new;
    segment.label = by_line && !is_new && segment.values.size() > 1 ? segment.values.back()
                                                                    : join(segment.values, "/");
    before = &segment.values.front();
  }
}

std::size_t label_columns(const Segment& segment) {
  return segment.label.empty() ? 0 : columns_of(segment.label) + 2;  // With a space on either side.
}

std::size_t signs_of(const Segment& segment, std::size_t scale) {
  return (segment.slots.size() + scale - 1) / scale;
}

/// How many lines it takes where a character stands for `scale` hosts. A label is never broken.
std::size_t lines_needed(const std::vector<Segment>& segments, std::size_t scale,
                         std::size_t columns) {
  std::size_t lines = 1;
  std::size_t at = 0;
  for (const Segment& segment : segments) {
    const std::size_t label = label_columns(segment);
    if (at > 0 && (segment.begins_line || at + label + 1 > columns)) {
      ++lines;
      at = 0;
    }
    at += label + signs_of(segment, scale);
    lines += (at - 1) / columns;
    at = (at - 1) % columns + 1;
  }
  return lines;
}

/// The smallest scale at which all of it fits.
std::size_t scale_of(const std::vector<Segment>& segments, std::size_t hosts, Size size) {
  std::size_t low = 1;
  std::size_t high = std::max<std::size_t>(hosts, 1);
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (lines_needed(segments, middle, size.columns) <= size.rows) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/// Takes characters in a row, and breaks lines.
class Pen {
 public:
  Pen(Map& map, std::size_t columns) : map_(map), columns_(columns) {}

  void label(const Segment& segment) {
    const std::size_t width = label_columns(segment);
    if (width == 0) return;
    if (at_ > 0 && (segment.begins_line || at_ + width + 1 > columns_)) end_line();
    line_.push_back({(at_ > 0 ? " " : "") + segment.label + (at_ > 0 ? " " : "  "), {}});
    at_ += width;
  }
  void sign(const Sign& sign) {
    if (at_ == columns_) end_line();
    const Look look{kGlyphs[sign.mark].color, sign.is_most && sign.mark > kHealthy};
    if (line_.empty() || line_.back().look != look) line_.push_back({"", look});
    line_.back().text += sign.character;
    ++at_;
  }
  void end_line() {
    if (at_ > 0) map_.lines.push_back(line_);
    line_.clear();
    at_ = 0;
  }

 private:
  Map& map_;
  std::size_t columns_;
  Line line_;
  std::size_t at_ = 0;
};

/// Which signs occur.
struct Seen {
  std::array<bool, kMarks> some{};
  std::array<bool, kMarks> most{};
};

Line legend_of(const Seen& seen, std::size_t scale) {
  Line legend;
  for (std::size_t mark = kMarks; mark-- > kDrained;) {
    const Glyph& glyph = kGlyphs[mark];
    const auto add = [&](char character, const char* how, bool bold) {
      legend.push_back({std::string(1, character), {glyph.color, bold}});
      legend.push_back({fmt::format(" {}{}  ", how, glyph.word), {}});
    };
    const bool letter = std::isalpha(static_cast<unsigned char>(glyph.character)) != 0;
    const auto large = static_cast<char>(std::toupper(static_cast<unsigned char>(glyph.character)));
    const auto small = static_cast<char>(std::tolower(static_cast<unsigned char>(glyph.character)));
    if (!letter || scale == 1) {
      if (seen.some[mark] || seen.most[mark]) add(letter ? large : glyph.character, "", false);
      continue;
    }
    if (seen.most[mark]) add(large, "most ", true);
    if (seen.some[mark]) add(small, "some ", false);
  }
  return legend;
}

/// Splits by as many of the keys as leave room for the hosts.
std::vector<Segment> split_with_room(const BitmapAnswer& bitmap, const Memberships& labels,
                                     std::vector<std::string> keys, Size size, std::string& order) {
  if (keys.size() > 2) keys.resize(2);
  while (true) {
    std::vector<Segment> segments = split(bitmap, labels, keys);
    if (!keys.empty()) label(segments, false);
    std::size_t taken = 0;
    for (const Segment& segment : segments) taken += label_columns(segment) + 1;
    const double room = kMostLabels * static_cast<double>(size.columns * size.rows);
    const bool splits = segments.size() > 1;
    if (keys.empty() || (splits && static_cast<double>(taken) <= room)) {
      order = join(keys, ", ");
      return segments;
    }
    keys.pop_back();
  }
}

}  // namespace

Sign sign_of(const Counts& counts) {
  const std::size_t hosts =
      std::accumulate(counts.begin() + kHealthy, counts.end(), std::size_t{0});
  if (hosts == 0) {
    const Mark mark = counts[kDrained] > 0 ? kDrained : kFree;
    return {kGlyphs[mark].character, mark, true};
  }
  // The worst comes last, and wins where as many hosts have it. Who warns, or is not known yet, is
  // never told in the place of one that is down.
  Mark worst = kHealthy;
  for (std::size_t mark = kExpected; mark < kMarks; ++mark) {
    const bool is_first_down = mark >= kConflict && worst < kConflict;
    if (counts[mark] > 0 && (worst == kHealthy || is_first_down || counts[mark] >= counts[worst])) {
      worst = static_cast<Mark>(mark);
    }
  }
  const auto glyph = static_cast<unsigned char>(kGlyphs[worst].character);
  if (worst == kHealthy) return {kGlyphs[worst].character, worst, true};
  const bool is_most = 2 * counts[worst] >= hosts;
  return {static_cast<char>(is_most ? std::toupper(glyph) : std::tolower(glyph)), worst, is_most};
}

Map draw_map(const BitmapAnswer& bitmap, const Memberships& labels,
             const std::vector<std::string>& keys, Size size) {
  Map map;
  if (size.rows == 0 || size.columns == 0) return map;
  std::vector<Segment> segments = split_with_room(bitmap, labels, keys, size, map.order);
  std::size_t hosts = 0;
  for (const Segment& segment : segments) hosts += segment.slots.size();
  map.scale = scale_of(segments, hosts, size);
  if (!map.order.empty()) {
    std::vector<Segment> by_line = segments;
    label(by_line, true);
    const std::size_t scale = scale_of(by_line, hosts, size);
    const bool fits = lines_needed(by_line, scale, size.columns) <= size.rows;
    if (fits && scale <= kCoarserForLines * map.scale) {
      map.scale = scale;
      segments = std::move(by_line);
    }
  }
  Seen seen;
  Pen pen(map, size.columns);
  for (const Segment& segment : segments) {
    pen.label(segment);
    for (std::size_t begin = 0; begin < segment.slots.size(); begin += map.scale) {
      Counts counts{};
      const std::size_t end = std::min(begin + map.scale, segment.slots.size());
      for (std::size_t i = begin; i < end; ++i) ++counts[mark_of(bitmap, segment.slots[i])];
      const Sign sign = sign_of(counts);
      (sign.is_most ? seen.most : seen.some)[sign.mark] = true;
      pen.sign(sign);
    }
  }
  pen.end_line();
  map.legend = legend_of(seen, map.scale);
  return map;
}

}  // namespace flatline::cli::screen
