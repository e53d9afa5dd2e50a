// What the loop asks the kernel once a tick: what it threw away. What a batch takes stands in
// `limit`.

#include <benchmark/benchmark.h>

#include "bench/must_hold.h"
#include "collector/ingest/receive_socket.h"
#include "tests/harness/loopback.h"

namespace flatline::bench {
namespace {

/// What cannot be a datagram never reaches the buffer, and is counted once.
void read_kernel_counters(benchmark::State& state) {
  const std::uint8_t live_key_id = 1;
  ReceiveSocket socket("127.0.0.1", 0, kDatagramBufferBytes, {&live_key_id, 1});
  KernelCounters& counters = socket.counters();
  test::LoopbackSocket sender;
  const Datagram noise{};
  sender.send({&noise, 1}, socket.local().port);
  for ([[maybe_unused]] auto _ : state) counters.read(true);
  // Where other programs' sockets lose some meanwhile, it may count as one of these.
  must_hold(state, counters.filtered() + counters.lost() == 1, "counted wrongly");
}
BENCHMARK(read_kernel_counters);

}  // namespace
}  // namespace flatline::bench
