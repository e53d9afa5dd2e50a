#include "collector/view/layout.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "collector/view/label_value.h"
#include "schema/invariant.h"

namespace flatline {
namespace {

constexpr std::size_t kRankBytes = sizeof(NameRank);

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct NamedSlot {
  NameRank rank;
  std::uint32_t slot;
  std::array<std::uint8_t, kGroupKeys> places;

  bool operator<(const NamedSlot& other) const {
    return rank != other.rank ? rank < other.rank : slot < other.slot;
  }
};

/// The values of a key by their places.
LayoutKey key_of(const KeyGroups& groups) {
  LayoutKey key;
  key.key = groups.key;
  for (std::size_t place = 0; place < kGroupValues; ++place) {
    key.values[place] = groups.places[place].value;
  }
  return key;
}

/// Where a host with these labels stands among a key's values.
std::uint8_t place_of(const KeyGroups& groups, std::string_view labels) {
  if (groups.key.empty()) return kLayoutNone;
  const LabelText value = label_value(labels, groups.key.view());
  if (value.empty()) return kLayoutNone;
  return static_cast<std::uint8_t>(groups.place_of(value).value_or(kLayoutOther));
}

/// The places of a key in the order in which they are shown: values as people order them, then all
/// others together, and then the hosts without the label. A layout without the key has the last.
std::vector<std::size_t> shown_places(const LayoutKey& key) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < kGroupValues; ++place) {
    if (!key.values[place].empty()) places.push_back(place);
  }
  std::ranges::sort(places, {}, [&](std::size_t place) {
    const std::string_view value = key.values[place].view();
    return std::make_pair(name_rank(value), value);
  });
  if (!key.key.empty()) places.push_back(kLayoutOther);
  places.push_back(kLayoutNone);
  return places;
}

}  // namespace

/// A number is written as how many digits it has and then these, without zeros before it. All of it
/// is read as numbers whose first byte counts most.
NameRank name_rank(std::string_view name) {
  std::array<char, kRankBytes> bytes{};
  std::size_t size = 0;
  const auto put = [&](char c) {
    if (size < kRankBytes) bytes[size++] = c;
  };
  for (std::size_t at = 0; at < name.size() && size < kRankBytes;) {
    if (!is_digit(name[at])) {
      put(name[at++]);
      continue;
    }
    while (at + 1 < name.size() && name[at] == '0' && is_digit(name[at + 1])) ++at;
    std::size_t end = at;
    while (end < name.size() && is_digit(name[end])) ++end;
    put(static_cast<char>('0' + std::min<std::size_t>(end - at, 16)));
    for (; at < end; ++at) put(name[at]);
  }
  NameRank rank{};
  for (std::size_t i = 0; i < kRankBytes; ++i) {
    rank[i / 8] = rank[i / 8] << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return rank;
}

std::optional<HostOrder> order_hosts(const View& view, const HostTable& table) {
  const ViewHead& head = view.head;
  std::vector<NamedSlot> named;
  named.reserve(head.counts.hosts);
  std::vector<std::uint32_t> empty;
  KnownTexts texts;
  std::uint64_t generation = 0;
  for (std::uint32_t slot = 0; slot < head.capacity; ++slot) {
    if (!table.read(slot, generation, texts)) return std::nullopt;
    if (generation > head.generation) {
      empty.push_back(slot);
      continue;
    }
    NamedSlot& one = named.emplace_back(NamedSlot{name_rank(texts.name.view()), slot, {}});
    for (std::size_t key = 0; key < kGroupKeys; ++key) {
      one.places[key] = place_of(view.groups.keys[key], texts.labels.view());
    }
  }
  std::sort(named.begin(), named.end());

  HostOrder order;
  order.capacity = head.capacity;
  order.hosts = static_cast<std::uint32_t>(named.size());
  order.tick = head.tick;
  order.generation = head.generation;
  order.time = head.time;
  order.at = head.at;
  order.slots.reserve(head.capacity);
  for (const NamedSlot& one : named) order.slots.push_back(one.slot);
  order.slots.insert(order.slots.end(), empty.begin(), empty.end());
  for (std::size_t key = 0; key < kGroupKeys; ++key) {
    order.keys[key] = key_of(view.groups.keys[key]);
    order.places[key].reserve(named.size());
    for (const NamedSlot& one : named) order.places[key].push_back(one.places[key]);
  }
  return order;
}

namespace {

/// The hosts, by their place in `order.slots`, by the keys that are not in `by`, and else by name:
/// so hosts that share the next label stand together within a group, too.
std::vector<std::uint32_t> by_other_keys(const HostOrder& order, std::span<const std::size_t> by) {
  std::vector<std::uint32_t> hosts(order.hosts);
  std::iota(hosts.begin(), hosts.end(), 0U);
  std::vector<std::uint32_t> sorted(order.hosts);
  for (std::size_t key = kGroupKeys; key-- > 0;) {
    if (order.keys[key].key.empty() || std::ranges::find(by, key) != by.end()) continue;
    std::array<std::uint32_t, kLayoutPlaces> next{};
    for (const std::uint8_t place : order.places[key]) ++next[place];
    std::uint32_t start = 0;
    for (const std::size_t place : shown_places(order.keys[key])) {
      start += std::exchange(next[place], start);
    }
    for (const std::uint32_t host : hosts) sorted[next[order.places[key][host]]++] = host;
    hosts.swap(sorted);
  }
  return hosts;
}

}  // namespace

LayoutAnswer lay_out(const HostOrder& order, std::span<const std::size_t> by) {
  INVARIANT(by.size() <= kLayoutKeys);
  LayoutAnswer layout;
  layout.capacity = order.capacity;
  layout.hosts = order.hosts;
  layout.tick = order.tick;
  layout.generation = order.generation;
  layout.time = order.time;
  for (std::size_t i = 0; i < by.size(); ++i) layout.keys[i] = order.keys[by[i]];
  layout.groups.resize(kLayoutPlaces * kLayoutPlaces);
  layout.order = order.slots;

  const auto group_of = [&](std::size_t host) {
    const std::size_t first = by.empty() ? kLayoutNone : order.places[by[0]][host];
    const std::size_t second = by.size() < 2 ? kLayoutNone : order.places[by[1]][host];
    return first * kLayoutPlaces + second;
  };
  for (std::size_t host = 0; host < order.hosts; ++host) ++layout.groups[group_of(host)].count;
  std::uint32_t start = 0;
  const std::vector<std::size_t> seconds = shown_places(layout.keys[1]);
  for (const std::size_t first : shown_places(layout.keys[0])) {
    for (const std::size_t second : seconds) {
      LayoutGroup& group = layout.groups[first * kLayoutPlaces + second];
      group.start = start;
      start += group.count;
    }
  }
  INVARIANT(start == order.hosts);
  std::vector<std::uint32_t> next(layout.groups.size());
  std::ranges::transform(layout.groups, next.begin(), &LayoutGroup::start);
  const auto put = [&](std::uint32_t host) {
    layout.order[next[group_of(host)]++] = order.slots[host];
  };
  if (by.empty()) {
    for (std::uint32_t host = 0; host < order.hosts; ++host) put(host);
  } else {
    std::ranges::for_each(by_other_keys(order, by), put);
  }
  return layout;
}

}  // namespace flatline
