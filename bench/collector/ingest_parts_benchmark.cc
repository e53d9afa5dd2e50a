// What a datagram meets on its way beside the cipher: what stands against its host, its place in
// the order of its host's, its budget; and an epoch's key, which is derived once.

#include <benchmark/benchmark.h>

#include <vector>

#include "bench/collector/spread.h"
#include "bench/fixed_key.h"
#include "bench/must_hold.h"
#include "collector/fleet/ban_table.h"
#include "collector/fleet/budget.h"
#include "collector/fleet/snapshot_order.h"
#include "collector/view/action_board.h"
#include "schema/wire/datagram.h"

namespace flatline::bench {
namespace {

constexpr std::uint32_t kHosts = 4096;
constexpr Instant kStart{std::chrono::hours{1}};

/// HChaCha20 of the key with which contract_benchmark's host seals, by another implementation.
void derive_key_of_epoch(benchmark::State& state) {
  constexpr SecretKey kExpected = {0x58, 0x2d, 0x5c, 0x53, 0x12, 0xd0, 0x87, 0xa2, 0xd0, 0xa3, 0x73,
                                   0xbe, 0xc2, 0xca, 0xd5, 0xdb, 0x03, 0xa0, 0xbc, 0x59, 0xd2, 0xf7,
                                   0x6b, 0x4e, 0x30, 0x3e, 0x3e, 0x02, 0x63, 0x16, 0x60, 0x6c};
  Credential credential = make_credential(fixed_key(), "web-042.eu-1a.example", 0);
  SecretKey key{};
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(credential);
    key = derive_epoch_key(credential.key, credential.agent_id, 1);
    benchmark::DoNotOptimize(key);
  }
  must_hold(state, key == kExpected, "another key");
}
BENCHMARK(derive_key_of_epoch);

/// In a full table; every other datagram is of a host that nothing stands against.
void find_ban(benchmark::State& state) {
  ActionBoard board;
  BanTable bans(board.bans);
  const std::vector<AgentId> ids = spread_ids(2 * kBans);
  for (std::uint32_t i = 0; i < kBans; ++i) {
    Ban ban;
    ban.agent_id = ids[2 * i];
    ban.revoked_below = 7;
    if (!bans.set(ban)) state.SkipWithError("the table is smaller than its limit");
  }
  std::uint32_t next = 0;
  std::int64_t found = 0;
  std::int64_t asked_of = 0;
  for ([[maybe_unused]] auto _ : state) {
    next = (next + kStride) % (2 * kBans);
    const Ban* const ban = bans.find(ids[next]);
    found += ban != nullptr && ban->agent_id == ids[next] ? 1 : 0;
    asked_of += next % 2 == 0 ? 1 : 0;
  }
  must_hold(state, found == asked_of, "not the bans that stand");
}
BENCHMARK(find_ban);

/// Every host's next snapshot; one in 64 was lost before each.
void take_in_order(benchmark::State& state) {
  std::vector<SnapshotOrder> orders(kHosts);
  constexpr std::uint64_t kEpoch = 1;
  for (SnapshotOrder& order : orders)
    order.take(kEpoch, 1, kStart, Milliseconds{0}, kDefaultWindow);
  std::uint64_t round = 1;
  std::uint64_t sequence = 1;
  std::uint64_t newer = 0;
  std::uint64_t skipped = 0;
  for ([[maybe_unused]] auto _ : state) {
    ++round;
    sequence += round % 64 == 0 ? 2 : 1;
    const Milliseconds uptime = static_cast<std::int64_t>(round) * kDefaultInterval;
    const Instant now = kStart + uptime;
    for (SnapshotOrder& order : orders) {
      if (order.rank(kEpoch, sequence) != SnapshotOrder::Rank::kNewer) continue;
      ++newer;
      skipped += order.take(kEpoch, sequence, now, uptime, kDefaultWindow);
    }
  }
  const auto rounds = static_cast<std::uint64_t>(state.iterations());
  bool fine = newer == rounds * kHosts && skipped == (rounds + 1) / 64 * kHosts;
  for (const SnapshotOrder& order : orders) {
    fine &= order.rank(kEpoch, sequence) == SnapshotOrder::Rank::kStale;
    fine &= order.lag() == Duration{0};
  }
  must_hold(state, fine, "not in their order");
  state.SetItemsProcessed(state.iterations() * kHosts);
}
BENCHMARK(take_in_order);

/// A tick in which every host asks once from its own address, once from elsewhere, and a stranger
/// once beside each.
void take_budget(benchmark::State& state) {
  Budget budget(kHosts, Duration{kDefaultTick}, Duration{kDefaultInterval});
  std::vector<Budget::Allowance> own(kHosts);
  std::vector<Budget::Allowance> elsewhere(kHosts);
  std::uint64_t at_home = 0;
  std::uint64_t away = 0;
  std::uint64_t strangers = 0;
  for ([[maybe_unused]] auto _ : state) {
    budget.begin_tick();
    for (std::uint32_t host = 0; host < kHosts; ++host) {
      at_home += budget.take_own(own[host]) ? 1 : 0;
      away += budget.take_shared(elsewhere[host]) ? 1 : 0;
      strangers += budget.take_first_contact() ? 1 : 0;
    }
  }
  const auto ticks = static_cast<std::uint64_t>(state.iterations());
  must_hold(state,
            at_home == ticks * kHosts && away == ticks * kHosts &&
                strangers == ticks * budget.first_contacts() && budget.first_contacts() < kHosts,
            "another share than theirs");
  state.SetItemsProcessed(state.iterations() * 3 * kHosts);
}
BENCHMARK(take_budget);

}  // namespace
}  // namespace flatline::bench
