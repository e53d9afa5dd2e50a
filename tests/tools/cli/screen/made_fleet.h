#pragma once

// Small fleets for tests of screens: a letter for each slot.

#include <memory>
#include <string>
#include <string_view>

#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {

/// A bitmap in which slot i is as letter i says: `.` healthy, `F` failing, `S` silent, `w` warning,
/// `-` drained, `?` unknown, `M` missing, ` ` free.
inline BitmapAnswer bitmap_of(std::string_view letters) {
  BitmapAnswer bitmap;
  const std::size_t words = (letters.size() + 63) / 64;
  bitmap.header.capacity = static_cast<std::uint32_t>(64 * words);
  bitmap.header.planes = kPlanes;
  bitmap.words.resize(kPlanes * words);
  const auto set = [&](std::size_t slot, std::initializer_list<Plane> planes) {
    for (const Plane plane : planes) {
      bitmap.words[static_cast<std::size_t>(plane) * words + slot / 64] |= std::uint64_t{1}
                                                                           << slot % 64;
    }
  };
  using enum Plane;
  for (std::size_t slot = 0; slot < letters.size(); ++slot) {
    switch (letters[slot]) {
      case '.':
        set(slot, {kRegistered, kKnown, kReporting, kHealthy});
        break;
      case 'F':
        set(slot, {kRegistered, kKnown, kReporting});
        break;
      case 'S':
        set(slot, {kRegistered, kKnown});
        break;
      case 'w':
        set(slot, {kRegistered, kKnown, kReporting, kHealthy, kWarning});
        break;
      case '-':
        set(slot, {kRegistered, kKnown, kReporting, kHealthy, kDrained});
        break;
      case '?':
        set(slot, {kRegistered});
        break;
      case 'M':
        set(slot, {kRegistered, kKnown, kAwaited});
        break;
      default:
        break;
    }
  }
  return bitmap;
}

/// The hosts of slots `first` to `last` have the label.
inline std::shared_ptr<const Membership> label(const std::string& key, const std::string& value,
                                               std::size_t first, std::size_t last,
                                               std::size_t slots) {
  Membership made{key, value, Slots((slots + 63) / 64)};
  for (std::size_t slot = first; slot <= last; ++slot) {
    made.hosts[slot / 64] |= std::uint64_t{1} << slot % 64;
  }
  return std::make_shared<Membership>(std::move(made));
}

/// Names `web-0`, `web-1`, … of all slots.
inline NamePages names_of(std::size_t slots) {
  NamesAnswer page;
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    page.hosts.push_back({slot, "web-" + std::to_string(slot)});
  }
  return {std::make_shared<NamesAnswer>(std::move(page))};
}

}  // namespace flatline::cli::screen
