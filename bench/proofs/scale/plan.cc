#include "bench/proofs/scale/plan.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/flags.h"

namespace flatline::bench {
namespace {

constexpr std::string_view kFooter =
    R"(For each size it starts a real collector with that many slots, its journal on (a step of the history at
every tenth tick, a checkpoint a minute), and a simulated fleet on loopback; waits until every host is
registered and healthy; and then takes what both use. Both share this machine's cores: where the
simulator does not keep its pace, that is said, and the collector's share at the full pace is reckoned.

Ends with 1 when a bound is broken:
  - a datagram lost by the kernel, or a host not healthy at the end; excused, and said so, only where the
    simulator was late and something was lost or left out;
  - a whole core or more used by the collector;
  - with no messages kept, 1 KiB or more a slot beyond what the smallest collector takes, and beyond 3 MiB
    of all slots together that are no slot's: up to 2 MiB of the registry's pages, which SQLite keeps as
    hosts fill them, and 1 MiB by which stacks and answers to readers move;
  - and from 500,000 slots on, 1 KiB or more a slot with the whole program counted in.

Examples:
  scale                                    # 1,000 to 1,000,000 hosts: about seven minutes
  scale --sizes 200000@2s --for 10s        # one size, briefly
  scale --messages 8 --report /tmp/scale   # as collectors run by default; JSON, table, picture
A million hosts want 2 GB of memory, both programs together.)";

static_assert(kManySlots == 500'000, "the help says it");

constexpr const char* kAllSizes = "1000@1s,10000@1s,100000@1s,1000000@5s";
constexpr const char* kQuickSizes = "640@200ms,2560@400ms";
constexpr Milliseconds kQuickLength{2'000};
/// What a slot takes is told by more of them than the smallest collector has.
constexpr std::uint32_t kLeastHosts = 2 * kMinCapacity;
/// Ticks enough for a median.
constexpr int kLeastTicks = 3;

SizePlan read_size(const std::string& text) {
  const std::size_t at = text.find('@');
  if (at == std::string::npos) {
    refuse_flag("--sizes", text, "HOSTS@INTERVAL, separated by commas, as 1000@1s,1000000@5s");
  }
  SizePlan size;
  size.hosts = static_cast<std::uint32_t>(
      read_flag_number("--sizes", text.substr(0, at), kLeastHosts, kMaxCapacity));
  size.interval = read_flag_duration("--sizes", text.substr(at + 1), kMinInterval, kMaxInterval);
  return size;
}

}  // namespace

std::string SizePlan::name() const {
  return fmt::format("{}@{}", hosts, format_duration(interval));
}

std::uint32_t SizePlan::capacity() const {
  constexpr std::uint32_t kWord = 64;
  return (hosts + kWord - 1) / kWord * kWord;
}

std::optional<Plan> parse_plan(int argc, const char* const* argv) {
  CLI::App app("What a collector takes, from a thousand hosts to a million.", "scale");
  app.footer(std::string{kFooter});
  std::string sizes;
  std::string length;
  std::string messages = "0";
  std::string report;
  bool quick = false;
  app.add_option("--sizes", sizes,
                 fmt::format("Hosts and their interval, one after another (default {})", kAllSizes))
      ->type_name("N@DURATION,...");
  app.add_option("--for", length, "How long each is measured (default 1m: one checkpoint)")
      ->type_name("DURATION");
  app.add_option("--messages", messages, "Check messages kept of each host")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--report", report, "Folder for scale.json, the table and the picture")
      ->type_name("DIR");
  app.add_flag("--quick", quick,
               fmt::format("A few seconds: {}, 2s each, if nothing else is said", kQuickSizes));
  if (!parse_flags(app, argc, argv)) return std::nullopt;
  Plan plan;
  std::istringstream parts(!sizes.empty() ? sizes : quick ? kQuickSizes : kAllSizes);
  for (std::string part; std::getline(parts, part, ',');) plan.sizes.push_back(read_size(part));
  if (quick) plan.length = kQuickLength;
  if (!length.empty()) {
    Milliseconds least{0};
    for (const SizePlan& size : plan.sizes) least = std::max(least, kLeastTicks * size.tick());
    plan.length = read_flag_duration("--for", length, least, std::chrono::hours{24});
  }
  plan.messages =
      static_cast<unsigned>(read_flag_number("--messages", messages, 0, kMaxMessagesPerHost));
  plan.report = report;
  return plan;
}

}  // namespace flatline::bench
