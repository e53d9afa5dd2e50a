#include "collector/view/traits.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <utility>

namespace flatline {
namespace {

/// Where the numbers of each kind begin.
constexpr std::array<TraitId, kTraitKinds> kFirst = {0, kLabelTraits, kLabelTraits + kAgentTraits,
                                                     kLabelTraits + kAgentTraits + kConfigTraits};

constexpr TraitId first_of(TraitKind kind) {
  return kFirst[static_cast<std::size_t>(kind)];
}

/// An IPv4 network's number stands behind a prefix that no IPv6 network has.
constexpr std::uint64_t kIpv4 = 0xFFFF'FFFF'0000'0000;

/// The /24 of an IPv4 address, the /64 of an IPv6 address.
std::uint64_t network_of(const Address& address) {
  std::uint64_t network = 0;
  if (is_ipv4_mapped(address.ip)) {
    for (std::size_t i = 12; i < 15; ++i) network = network << 8 | address.ip[i];
    return kIpv4 | network;
  }
  for (std::size_t i = 0; i < 8; ++i) network = network << 8 | address.ip[i];
  return network;
}

template <typename... Parts>
TraitText formatted(fmt::format_string<Parts...> form, Parts&&... parts) {
  std::array<char, kLabelsBytes> text{};
  const auto end = fmt::format_to_n(text.data(), text.size(), form, std::forward<Parts>(parts)...);
  return TraitText{std::string_view{text.data(), std::min(end.size, text.size())}};
}

TraitText network_text(std::uint64_t network) {
  const auto part = [&](unsigned shift, unsigned mask) { return network >> shift & mask; };
  if ((network & kIpv4) == kIpv4) {
    return formatted("address={}.{}.{}.0/24", part(16, 0xFF), part(8, 0xFF), part(0, 0xFF));
  }
  return formatted("address={:x}:{:x}:{:x}:{:x}::/64", part(48, 0xFFFF), part(32, 0xFFFF),
                   part(16, 0xFFFF), part(0, 0xFFFF));
}

void put(HostTraits& traits, TraitId id) {
  const auto all = traits.all();
  // Labels may repeat a pair.
  if (std::find(all.begin(), all.end(), id) == all.end()) traits.ids[traits.count++] = id;
}

}  // namespace

Traits::Traits()
    : labels_(kLabelTraits),
      agents_(kAgentTraits),
      configs_(kConfigTraits),
      networks_(kAddressTraits),
      known_(kKnownLabels) {}

void Traits::begin() {
  ++pass_;
  refused_.fill(0);
}

const HostTraits& Traits::of(const HostRecord& record) {
  static_assert(std::has_single_bit(kKnownLabels));
  KnownLabels& known = known_[hash_of(record.labels) & (kKnownLabels - 1)];
  if (known.pass != pass_ || known.labels != record.labels) find_labels(record.labels, known);
  traits_ = known.traits;
  refused_[0] += known.refused;
  if (record.received > 0) {
    add(agents_, TraitKind::kAgent, std::uint64_t{record.agent_version});
    add(configs_, TraitKind::kConfig, record.config_hash);
    add(networks_, TraitKind::kAddress, network_of(record.source));
  }
  return traits_;
}

void Traits::find_labels(const Labels& labels, KnownLabels& known) {
  known = {labels, pass_, {}, 0};
  std::string_view rest = labels.view();
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::uint16_t place = labels_.place_of(Labels{pair});
    if (place == KeyTable<Labels>::kNone) {
      ++known.refused;
    } else {
      put(known.traits, static_cast<TraitId>(first_of(TraitKind::kLabel) + place));
    }
  }
}

template <typename Key>
void Traits::add(KeyTable<Key>& table, TraitKind kind, const Key& key) {
  const std::uint16_t place = table.place_of(key);
  if (place == KeyTable<Key>::kNone) {
    ++refused_[static_cast<std::size_t>(kind)];
  } else {
    traits_.ids[traits_.count++] = static_cast<TraitId>(first_of(kind) + place);
  }
}

void Traits::end(std::span<const std::uint32_t> hosts) {
  const auto make_room = [&](auto& table, TraitKind kind) {
    const bool is_full = refused_[static_cast<std::size_t>(kind)] > 0;
    const std::uint32_t least = is_full ? kCauseHosts : 1;
    table.keep_if([&](std::uint16_t place) { return hosts[first_of(kind) + place] >= least; });
  };
  make_room(labels_, TraitKind::kLabel);
  make_room(agents_, TraitKind::kAgent);
  make_room(configs_, TraitKind::kConfig);
  make_room(networks_, TraitKind::kAddress);
}

TraitKind Traits::kind(TraitId id) {
  const auto next = std::upper_bound(kFirst.begin(), kFirst.end(), id);
  return static_cast<TraitKind>(next - kFirst.begin() - 1);
}

TraitText Traits::text(TraitId id) const {
  const auto place = static_cast<std::uint16_t>(id - first_of(kind(id)));
  switch (kind(id)) {
    case TraitKind::kLabel:
      return labels_.key(place);
    case TraitKind::kAgent: {
      const std::uint64_t version = agents_.key(place);
      return formatted("agent={}.{}.{}", version >> 16, version >> 8 & 0xFF, version & 0xFF);
    }
    case TraitKind::kConfig:
      return formatted("config={:016x}", configs_.key(place));
    case TraitKind::kAddress:
      return network_text(networks_.key(place));
  }
  return {};
}

}  // namespace flatline
