// detection: how soon a dead host's bit falls, and a failing one's, beside what is promised; and
// how often loss alone makes a host look silent, beside arithmetic.

#include "bench/proofs/detection/detection.h"
#include "bench/proofs/driver.h"
#include "schema/limits.h"

namespace flatline::bench {
namespace {

constexpr const char* kFooter =
    R"(A real collector hears simulated hosts over loopback; 30 % of them fall silent at one instant, come
back, and fail at one instant. Every view is kept. Each host's bit is held, in every one of them, against
when that host's datagrams were in the collector's socket: 4.5 intervals after its last it is down, and
after the first that tells of failure, or is back, the view says so. The table is in seconds, with how
late ticks came. Losses are played in simulated time.
Ends with 1 when a promise is broken, a view was not seen, or a datagram was lost.)";

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  using namespace flatline;
  bench::DetectionPlan plan;
  std::uint32_t lossy = 1'000'000;
  const auto declare = [&](ProgramFlags& flags) {
    bench::number_flag(flags, "--hosts", plan.hosts, 10, kMaxCapacity, "Simulated hosts");
    bench::duration_flag(flags, "--interval", plan.interval, kMinInterval, kMaxInterval, "Theirs");
    bench::duration_flag(flags, "--tick", plan.tick, kMinTick, kMaxTick, "The collector's");
    bench::number_flag(
        flags, "--lossy-intervals", lossy, 10'000, 1'000'000'000,
        "Intervals of one host, simulated for each loss; ten times as many for rare falls");
  };
  return bench::run_proof(
      {"detection", "Detection time and false silences, beside the promise and the arithmetic.",
       bench::kFooter, declare,
       [&](bench::Report& report) {
         bench::prove_detection(plan, report);
         bench::prove_losses(lossy, report);
       }},
      argc, argv);
}
