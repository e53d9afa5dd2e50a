// What the loop asks the kernel: a batch of datagrams, and once a tick what it threw away.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "bench/collector/simulated_hosts.h"
#include "bench/loopback_sender.h"
#include "bench/must_hold.h"
#include "collector/ingest/kernel_counters.h"
#include "collector/ingest/receive_socket.h"

namespace flatline::bench {
namespace {

constexpr std::size_t kBufferBytes = kReceiveBatch * kDatagramBufferBytes;

/// The receiving alone is timed.
void receive_batch(benchmark::State& state) {
  SimulatedHosts hosts(kReceiveBatch);
  LoopbackSender sender;
  ReceiveSocket socket("127.0.0.1", 0, kBufferBytes);
  std::size_t wrong = 0;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    const std::vector<Datagram>& sent = hosts.next_round();
    sender.send(sent, socket.local().port);
    state.ResumeTiming();
    const auto received = socket.receive();
    state.PauseTiming();
    wrong += received.size() == sent.size() ? 0 : 1;
    for (std::size_t i = 0; i < received.size(); ++i) {
      const bool good =
          std::ranges::equal(received[i].bytes, sent[i]) && received[i].source == sender.source();
      wrong += good ? 0 : 1;
    }
    state.ResumeTiming();
  }
  must_hold(state, wrong == 0, "other datagrams came than were sent");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kReceiveBatch));
}
BENCHMARK(receive_batch);

/// What cannot be a datagram never reaches the buffer, and is counted as such and nothing else.
void read_kernel_counters(benchmark::State& state) {
  ReceiveSocket socket("127.0.0.1", 0, kBufferBytes);
  KernelCounters counters(socket.descriptor());
  LoopbackSender sender;
  const Datagram noise{};
  sender.send({&noise, 1}, socket.local().port);
  for ([[maybe_unused]] auto _ : state) counters.read();
  must_hold(state, counters.filtered() == 1 && counters.lost() == 0, "counted wrongly");
}
BENCHMARK(read_kernel_counters);

}  // namespace
}  // namespace flatline::bench
