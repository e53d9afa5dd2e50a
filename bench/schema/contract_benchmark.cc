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

/// HChaCha20 of the key with which the host above seals, by another implementation.
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

BENCHMARK(seal);
BENCHMARK(open);
BENCHMARK(encode);
BENCHMARK(derive_key_of_epoch);
BENCHMARK(decode)->ArgName("known")->Arg(0)->Arg(1);

}  // namespace
}  // namespace flatline::bench
