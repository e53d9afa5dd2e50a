// What sealing, encoding and decoding a datagram cost. Opening it stands in `limit`, in the
// collector's hands.

#include <benchmark/benchmark.h>

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
  Snapshot snapshot;
  snapshot.name = HostName{"web-042.eu-1a.example"};
  snapshot.labels = Labels{"role=web,zone=eu-1a"};
  for (std::size_t i = 0; i < 10; ++i) {
    snapshot.states[i] = CheckState::kOk;
    snapshot.values[i] = static_cast<float>(i) / 10;
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

void seal(benchmark::State& state) {
  const Snapshot snapshot = ordinary_snapshot();
  const Credential credential = make_credential(fixed_key(), snapshot.name.view(), 0);
  Header header{credential.key_id, credential.generation, credential.agent_id, 1, 1};
  Datagram datagram;
  for ([[maybe_unused]] auto _ : state) {
    ++header.sequence;
    seal_datagram(header, snapshot, credential.key, datagram);
    benchmark::DoNotOptimize(datagram);
  }
  SnapshotBytes plain;
  must_hold(state, open_datagram(datagram, credential.key, plain), "it does not open");
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

BENCHMARK(seal);
BENCHMARK(encode);
BENCHMARK(decode)->ArgName("known")->Arg(0)->Arg(1);

}  // namespace
}  // namespace flatline::bench
