// What one datagram costs in each of its steps. The cipher is the floor: nothing of ours may come
// near it.

#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "bench/fixed_key.h"
#include "bench/must_hold.h"
#include "schema/wire/codec.h"
#include "schema/wire/datagram.h"
#include "schema/wire/identity.h"

namespace flatline::bench {
namespace {

/// A host as they are: ten checks, two labels, one line of message.
Snapshot ordinary_snapshot() {
  std::mt19937 random(1);
  Snapshot snapshot;
  snapshot.name = HostName{"web-042.eu-1a.example"};
  snapshot.labels = Labels{"role=web,zone=eu-1a"};
  for (std::size_t i = 0; i < 10; ++i) {
    snapshot.states[i] = CheckState::kOk;
    snapshot.values[i] = static_cast<float>(random() % 1000) / 10;
  }
  snapshot.sent_at = WallTime{Milliseconds{1'790'000'000'000}};
  snapshot.uptime = Milliseconds{86'400'000};
  snapshot.page.index = 3;
  snapshot.page.state = CheckState::kOk;
  snapshot.page.age_ms = 4'000;
  snapshot.page.name = CheckName{"disk /var"};
  snapshot.page.message = Message{"62.1 % of 40 GiB used, 15.2 GiB left, 4 % of inodes used"};
  return snapshot;
}

Header header_of(const Credential& credential) {
  return {credential.key_id, credential.generation, credential.agent_id, 1, 1};
}

void seal(benchmark::State& state) {
  const Snapshot snapshot = ordinary_snapshot();
  const Credential credential = make_credential(fixed_key(), snapshot.name.view(), 0);
  Header header = header_of(credential);
  Datagram datagram;
  for ([[maybe_unused]] auto _ : state) {
    ++header.sequence;
    seal_datagram(header, snapshot, credential.key, datagram);
    benchmark::DoNotOptimize(datagram);
  }
  SnapshotBytes plain;
  must_hold(state, open_datagram(datagram, credential.key, plain), "it does not open");
}

void open(benchmark::State& state) {
  const Snapshot snapshot = ordinary_snapshot();
  const Credential credential = make_credential(fixed_key(), snapshot.name.view(), 0);
  Datagram datagram;
  seal_datagram(header_of(credential), snapshot, credential.key, datagram);
  SnapshotBytes plain;
  bool good = true;
  for ([[maybe_unused]] auto _ : state) {
    good &= open_datagram(datagram, credential.key, plain);
    benchmark::DoNotOptimize(plain);
  }
  SnapshotBytes expected;
  encode_snapshot(snapshot, expected);
  must_hold(state, good && plain == expected, "another snapshot");
}

void encode(benchmark::State& state) {
  Snapshot snapshot = ordinary_snapshot();
  SnapshotBytes bytes;
  for ([[maybe_unused]] auto _ : state) {
    snapshot.sent_at += Milliseconds{1};
    encode_snapshot(snapshot, bytes);
    benchmark::DoNotOptimize(bytes);
  }
  Snapshot back;
  must_hold(state, decode_snapshot(bytes, back) && back.sent_at == snapshot.sent_at,
            "another snapshot");
}

/// Beside a host's first snapshot, one of a host whose texts are known.
void decode(benchmark::State& state) {
  const Snapshot snapshot = ordinary_snapshot();
  const KnownTexts texts{snapshot.name, snapshot.labels};
  const KnownTexts* const known = state.range(0) != 0 ? &texts : nullptr;
  SnapshotBytes bytes;
  encode_snapshot(snapshot, bytes);
  Snapshot back;
  bool good = true;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(bytes);
    good &= decode_snapshot(bytes, back, known);
    benchmark::DoNotOptimize(back);
  }
  must_hold(state, good && back.name == snapshot.name && back.page == snapshot.page,
            "another snapshot");
}

void read_header(benchmark::State& state) {
  const Snapshot snapshot = ordinary_snapshot();
  const Credential credential = make_credential(fixed_key(), snapshot.name.view(), 0);
  Datagram datagram;
  seal_datagram(header_of(credential), snapshot, credential.key, datagram);
  Header header;
  bool good = true;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(datagram);
    good &= flatline::read_header(datagram, header) == Outcome::kAccepted;
    benchmark::DoNotOptimize(header);
  }
  must_hold(state, good && header == header_of(credential), "another header");
}

// What is expected of the hashes was computed by other implementations of them.

void derive_key(benchmark::State& state) {
  constexpr SecretKey kExpected = {0x94, 0x6d, 0x80, 0x29, 0x45, 0x5e, 0x1d, 0x9a, 0xda, 0xc5, 0x3b,
                                   0x46, 0xf0, 0xb1, 0xb2, 0x49, 0x08, 0x14, 0xf1, 0x59, 0x92, 0x2e,
                                   0xfd, 0xb2, 0xed, 0x22, 0xdb, 0x30, 0x7f, 0x7e, 0xb8, 0x47};
  const FleetKey fleet_key = fixed_key();
  AgentId agent{1};
  SecretKey key{};
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(agent);
    key = derive_agent_key(fleet_key, agent, 0);
    benchmark::DoNotOptimize(key);
  }
  must_hold(state, key == kExpected, "another key");
}

void agent_id(benchmark::State& state) {
  const FleetKey fleet_key = fixed_key();
  std::string name = "web-042.eu-1a.example";
  AgentId id{};
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(name);
    id = agent_id_of(fleet_key.fleet, name);
    benchmark::DoNotOptimize(id);
  }
  must_hold(state, id == AgentId{0xd3283f1056be3edb}, "another id");
}

BENCHMARK(seal);
BENCHMARK(open);
BENCHMARK(encode);
BENCHMARK(decode)->ArgName("known")->Arg(0)->Arg(1);
BENCHMARK(read_header);
BENCHMARK(derive_key);
BENCHMARK(agent_id);

}  // namespace
}  // namespace flatline::bench
