#include "collector/fleet/group_counter.h"

#include <algorithm>
#include <cstring>

#include "schema/invariant.h"

namespace flatline {
namespace {

constexpr std::size_t kWordSlots = 64;
/// Slots that are counted at a time: so many codes and indices stay in the nearest cache.
constexpr std::size_t kChunkSlots = 16 * kWordSlots;

/// The bits of a slot's code. Where it reports, kFirst is its being healthy and kSecond warning;
/// where it does not, kFirst is its being known and kSecond awaited.
constexpr unsigned kReports = 8;
constexpr unsigned kFirst = 4;
constexpr unsigned kSecond = 2;
constexpr unsigned kInDrain = 1;

/// For each byte of a plane, its eight bits as eight bytes.
using Spread = std::array<std::array<std::uint8_t, 8>, 256>;
constexpr Spread kSpread = [] {
  Spread spread{};
  for (std::size_t byte = 0; byte < spread.size(); ++byte) {
    for (std::size_t i = 0; i < 8; ++i) spread[byte][i] = static_cast<std::uint8_t>(byte >> i & 1);
  }
  return spread;
}();

std::uint64_t spread(std::uint64_t word, std::size_t byte) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, kSpread[word >> (8 * byte) & 0xFF].data(), sizeof bytes);
  return bytes;
}

/// Writes the codes of 64 slots. A byte of a plane becomes eight bytes of 0 or 1, which no shift by
/// up to three moves into a neighbour.
void write_codes(const View& view, std::size_t word, std::uint8_t* codes) {
  const std::uint64_t reports = view.plane(Plane::kReporting)[word];
  const std::uint64_t first =
      view.plane(Plane::kHealthy)[word] | (view.plane(Plane::kKnown)[word] & ~reports);
  const std::uint64_t second =
      view.plane(Plane::kWarning)[word] | view.plane(Plane::kAwaited)[word];
  const std::uint64_t drained = view.plane(Plane::kDrained)[word];
  for (std::size_t byte = 0; byte < 8; ++byte) {
    const std::uint64_t eight = spread(reports, byte) << 3 | spread(first, byte) << 2 |
                                spread(second, byte) << 1 | spread(drained, byte);
    std::memcpy(codes + 8 * byte, &eight, sizeof eight);
  }
}

/// Adds so many hosts with this code.
void add_hosts(std::uint32_t hosts, unsigned code, Group& group) {
  const bool reports = (code & kReports) != 0;
  const bool first = (code & kFirst) != 0;
  const bool second = (code & kSecond) != 0;
  const bool drained = (code & kInDrain) != 0;
  const auto if_so = [hosts](bool so) { return so ? hosts : 0; };
  group.counts.registered += hosts;
  group.counts.healthy += if_so(reports && first);
  group.counts.failing += if_so(reports && !first);
  group.counts.silent += if_so(!reports && first && !second);
  group.counts.missing += if_so(!reports && first && second);
  group.counts.warning += if_so(reports && second);
  group.counts.drained += if_so(drained);
  group.judged += if_so((reports || first) && !drained);
  group.judged_healthy += if_so(reports && first && !drained);
}

}  // namespace

GroupCounter::GroupCounter()
    : histograms_(std::make_unique<std::array<Histograms, kGroupKeys>>()) {}

void GroupCounter::count(const GroupPlaces& places, View& view) {
  std::array<std::uint8_t, kChunkSlots> codes;
  for (std::size_t first = 0; first < view.head.capacity; first += kChunkSlots) {
    const std::size_t size = std::min<std::size_t>(kChunkSlots, view.head.capacity - first);
    for (std::size_t slot = 0; slot < size; slot += kWordSlots) {
      write_codes(view, (first + slot) / kWordSlots, codes.data() + slot);
    }
    for (std::size_t key = 0; key < places.key_count(); ++key) {
      add((*histograms_)[key], places.bytes(key).subspan(first, size), codes.data());
    }
  }
  for (std::size_t key = 0; key < places.key_count(); ++key) {
    const Histogram counted = take((*histograms_)[key]);
    for (std::size_t place = 0; place < kGroupPlaces; ++place) {
      Group& group = view.groups.keys[key].places[place];
      group.counts = GroupCounts{};
      group.judged = group.judged_healthy = 0;
      for (unsigned code = 0; code < kCodes; ++code) {
        add_hosts(counted[place * kCodes + code], code, group);
      }
    }
  }
}

void GroupCounter::add(Histograms& histograms, std::span<const std::uint8_t> places,
                       const std::uint8_t* codes) {
  for (std::size_t first = 0; first < places.size(); first += kWordSlots) {
    // Made in a loop of its own, which the compiler vectorises.
    std::array<std::uint16_t, kWordSlots> index;
    for (std::size_t i = 0; i < kWordSlots; ++i) {
      index[i] = static_cast<std::uint16_t>(places[first + i] * kCodes + codes[first + i]);
    }
    for (std::size_t i = 0; i < kWordSlots; i += kTurns) {
      for (std::size_t turn = 0; turn < kTurns; ++turn) ++histograms[turn][index[i + turn]];
    }
  }
}

/// Adds the histograms up, and empties them.
GroupCounter::Histogram GroupCounter::take(Histograms& histograms) {
  Histogram sum{};
  for (Histogram& histogram : histograms) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += histogram[i];
    histogram.fill(0);
  }
  return sum;
}

}  // namespace flatline
