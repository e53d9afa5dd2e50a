// flood: how many datagrams a second strangers may send before a living host falls silent.

#include "bench/proofs/driver.h"
#include "bench/proofs/flood/flood.h"
#include "schema/program/flags.h"

namespace flatline::bench {
namespace {

constexpr const char* kFooter =
    R"(For each capacity it starts a real collector and living hosts on loopback. Then strangers come, at one
rate after another until a host is silent: with a key id that is not live; with a live one and agent ids
of no host; and as forgers of one host, of which they know all but the epoch. All programs share this
machine. Ends with 1 when a host was silent at 300,000 datagrams a second or fewer.)";

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  using namespace flatline::bench;
  Plan plan;
  bool quick = false;
  const auto declare = [&](flatline::ProgramFlags& to) {
    to.flag("--quick", quick, "A few seconds: one capacity, and 10,000 a second");
  };
  const auto prove = [&](Report& report) {
    if (quick) plan = {{{64, 50}}, {10e3}, 2};
    for (const auto& [capacity, hosts] : plan.hosts_by_capacity) {
      flood_all(capacity, hosts, plan, report);
    }
  };
  return run_proof({"flood", "How much strangers may send.", kFooter, declare, prove}, argc, argv);
}
