// scale: what the collector takes from a thousand hosts to a million.

#include <cmath>
#include <sstream>

#include "bench/proofs/driver.h"
#include "bench/proofs/scale/measure.h"
#include "schema/program/flag_values.h"

namespace flatline::bench {
namespace {

constexpr const char* kFooter =
    R"(For each size it starts a real collector with that many slots, its journal on, and a simulated fleet on
loopback; waits until every host is registered and healthy; and takes what both use. Both share this
machine's cores. No messages are kept: each takes 96 bytes a slot more.

Ends with 1 when a bound is broken:
  - a datagram lost by the kernel, or a host not healthy at the end; left out where the simulator was late;
  - a whole core or more used by the collector, at the full pace;
  - 1 KiB or more a slot beyond what the smallest collector takes, and beyond 3 MiB of all slots together
    that are no slot's (the registry's pages that SQLite keeps, stacks, answers); from 500,000 slots on,
    with the whole program counted in.

Example: scale --sizes 200000@2s --for 10s --report /tmp/scale
A million hosts want 2 GB of memory, both programs together.)";

constexpr const char* kQuickSizes = "640@200ms,2560@400ms";
constexpr Milliseconds kQuickLength{2'000};
/// What a slot takes is told by more of them than the smallest collector has.
constexpr std::uint32_t kLeastHosts = 2 * kMinCapacity;
/// Ticks enough for a median.
constexpr int kLeastTicks = 3;

struct PlanFlags {
  std::string sizes = "1000@1s,10000@1s,100000@1s,1000000@5s";
  Milliseconds length{kCheckpointPeriod};
  bool quick = false;
};

std::vector<SizePlan> read_sizes(const std::string& text) {
  std::vector<SizePlan> sizes;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t at = part.find('@');
    if (at == std::string::npos) {
      refuse_flag("--sizes", part, "HOSTS@INTERVAL, separated by commas, as 1000@1s,1000000@5s");
    }
    const auto hosts = read_flag_number("--sizes", part.substr(0, at), kLeastHosts, kMaxCapacity);
    sizes.push_back(
        {static_cast<std::uint32_t>(hosts),
         read_flag_duration("--sizes", part.substr(at + 1), kMinInterval, kMaxInterval)});
  }
  if (sizes.empty()) refuse_flag("--sizes", text, "at least one HOSTS@INTERVAL");
  return sizes;
}

void prove(const PlanFlags& flags, Report& report) {
  const std::vector<SizePlan> sizes = read_sizes(flags.quick ? kQuickSizes : flags.sizes);
  const SizePlan least{kMinCapacity, sizes.front().interval};
  const Measured smallest = measure(least, kLeastTicks * least.tick());
  std::vector<Measured> all;
  for (const SizePlan& size : sizes) {
    const Milliseconds length = flags.quick ? kQuickLength : flags.length;
    all.push_back(measure(size, std::max(length, kLeastTicks * size.tick())));
    judge(all.back(), smallest, report);
  }
  report.add(sizes_table(all, smallest));
  report.add(growth_plot());
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  using namespace flatline;
  using namespace flatline::bench;
  PlanFlags flags;
  const auto declare = [&](ProgramFlags& to) {
    to.option("--sizes N@DURATION,...", flags.sizes, "Hosts and their interval, one after another")
        .shows_default();
    duration_flag(to, "--for", flags.length, Milliseconds{1}, std::chrono::hours{24},
                  "How long each is measured; a minute has one checkpoint");
    to.flag("--quick", flags.quick, std::string("A few seconds: ") + kQuickSizes + ", 2s each");
  };
  return run_proof({"scale", "What a collector takes, from a thousand hosts to a million.", kFooter,
                    declare, [&](Report& report) { prove(flags, report); }},
                   argc, argv);
}
