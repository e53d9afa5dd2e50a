#pragma once

// In which order a picture of the fleet shows its hosts: by the groups of a label or two and,
// within a group, by the other labels that the collector groups by and by their names. So people
// find things, and hosts that stand beside one another in a rack stand so in the picture. It takes
// far too long for a tick (half a second at a million slots), and is made on a reader's thread.
// Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collector/view/host_table.h"
#include "collector/view/view.h"
#include "schema/answers/layout_answer.h"

namespace flatline {

/// The hosts of a view by their names, with the groups that each is in: what the layouts of all
/// keys are made of.
struct HostOrder {
  std::uint32_t capacity = 0;
  std::uint32_t hosts = 0;
  std::uint64_t tick = 0;
  std::uint64_t generation = 0;
  WallTime time{};
  Instant at{};
  /// The values of the keys that the collector groups by, by their places.
  std::array<LayoutKey, kGroupKeys> keys{};
  std::vector<std::uint32_t> slots;  ///< All slots: those with a host by its name, then the others.
  /// For each key, the place of each of the hosts in `slots`.
  std::array<std::vector<std::uint8_t>, kGroupKeys> places{};
};

/// Returns nothing if the writer overtook every attempt to read a slot. A slot whose host came or
/// left since the view counts as one without a host.
std::optional<HostOrder> order_hosts(const View& view, const HostTable& table);

/// The layout by up to kLayoutKeys keys, which are given by their index.
LayoutAnswer lay_out(const HostOrder& order, std::span<const std::size_t> by);

/// The beginning of a name as numbers that compare as people order names: web-9 before web-10.
using NameRank = std::array<std::uint64_t, 3>;
NameRank name_rank(std::string_view name);

}  // namespace flatline
