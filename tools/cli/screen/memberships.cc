#include <algorithm>
#include <array>

#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {
namespace {

/// The hosts of a value, while a layout is read.
struct Members {
  std::shared_ptr<Membership> of;

  void add(std::uint32_t slot, std::size_t words) {
    if (slot / 64 < words) of->hosts[slot / 64] |= std::uint64_t{1} << slot % 64;
  }
};

}  // namespace

void add_memberships(const LayoutAnswer& layout, Memberships& labels) {
  const std::size_t words = (layout.capacity + 63) / 64;
  for (std::size_t which = 0; which < kLayoutKeys; ++which) {
    const LayoutKey& key = layout.keys[which];
    if (key.key.empty()) continue;
    std::array<Members, kLayoutNone> members;  // Whoever has no such label is in no group.
    for (std::size_t place = 0; place < members.size(); ++place) {
      members[place].of = std::make_shared<Membership>();
      members[place].of->key = key.key.view();
      if (place != kLayoutOther) members[place].of->value = key.values[place].view();
      members[place].of->hosts.resize(words);
    }
    // Nothing that came from a network is taken for a place in memory. Groups do not overlap, so no
    // more hosts than all are looked at.
    std::size_t left = layout.order.size();
    for (std::size_t group = 0; group < layout.groups.size(); ++group) {
      const std::size_t place = which == 0 ? group / kLayoutPlaces : group % kLayoutPlaces;
      if (place >= members.size()) continue;
      const std::size_t first =
          std::min<std::size_t>(layout.groups[group].start, layout.order.size());
      const std::size_t count =
          std::min({std::size_t{layout.groups[group].count}, layout.order.size() - first, left});
      left -= count;
      for (std::size_t i = first; i < first + count; ++i) {
        members[place].add(layout.order[i], words);
      }
    }
    for (Members& value : members) {
      const Slots& hosts = value.of->hosts;
      const bool is_used =
          std::any_of(hosts.begin(), hosts.end(), [](auto word) { return word != 0; });
      if (is_used) labels.push_back(std::move(value.of));
    }
  }
}

}  // namespace flatline::cli::screen
