#include "tools/sim/options.h"

#include <fmt/core.h>

#include <charconv>
#include <string_view>
#include <utility>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/flags.h"
#include "schema/wire/names.h"

namespace flatline::sim {
namespace {

constexpr const char* kDefaultLabels =
    "role=web,db,cache,queue; zone=eu-1a,eu-1b,us-1a; rack=r[01-24] in zone";

constexpr const char* kFooter =
    R"(A scenario is phases over time; each lasts until the next one starts:
  0s healthy; 10s fail 50%; 20s silent 30%, flap 5%; 30s healthy
A phase is shares of the fleet ('5%' or '120 hosts'), or of the hosts with some
label, and the rest is healthy:
  fail      a check is CRITICAL
  warn      a check is WARNING
  flap      fails at every other interval
  silent    sends nothing
  leave     says that it leaves, then sends nothing
  restart   the agent starts anew with the phase
  reboot    so does its machine
  pause     the machine stands still
  put-back  the machine is as it was at its first snapshot
After a pause of over 10s, or put back by more, an agent begins a new epoch, as
a real one does. A host does what the first share says that takes it.
Labels, of which all must hold, stand behind the verb, as may the check that
shows fail, warn or flap. Else each host has its own of load, memory, disk, ...
  0s healthy; 10s fail rack=r7; 20s warn role=db 20% check=disk, silent zone=b
  30s fail rack=r[01-03] role=web, healthy zone=eu-1a, flap 5%

Labels are keys with the values that hosts get, by shares or evenly, drawn from
the seed. Those 'in' another label are dealt out to its values: a rack is all of
one zone. A host has room for 64 bytes of them; '' is none.
  --labels 'role=web:60%,db:40%; zone=eu-1a,eu-1b; rack=r[1-40] in zone'

The truth is a line for every host at the start, and for each that changes when
a phase starts:
  {"at_s":10,"host":"sim-00001","state":"failing"}
States are healthy (also of hosts that warn, restart, reboot or are put back),
failing, silent (also of those that are paused), flapping and left.

With a second --fleet-key, each SIGHUP gives so many hosts more as --rotate says
a credential of that key, the first hosts first, as if they had been enrolled
anew and their agents reloaded.

At the end it says what it sent, and how well it kept its pace; on SIGUSR1, how
much that is so far. On SIGUSR2 the next phase begins at once, and those behind
it come as much earlier.)";

/// The values of flags as they were typed. This file reads them, so that every error names its flag
/// in the same words.
struct Typed {
  std::vector<std::string> collectors;
  std::vector<std::string> fleet_keys;
  std::string hosts;
  std::string clones = "0";
  std::string checks = std::to_string(kDefaultSimulatedChecks);
  std::string interval = format_duration(kDefaultInterval);
  std::string labels = kDefaultLabels;
  std::string scenario = "0s healthy";
  std::string length;
  std::string seed = "1";
  std::string truth;
  std::string rotate = "100%";
  std::string loss = "0%";
  std::string duplicate = "0%";
  std::string reorder = "0%";
  std::string delay = format_duration(kDefaultHoldDelay);
  std::string skew = "0s";
  std::string name_prefix = "sim-";
};

std::uint32_t read_count(std::string_view flag, std::string_view text, std::uint32_t min,
                         std::uint32_t max) {
  return static_cast<std::uint32_t>(read_flag_number(flag, text, min, max));
}

/// Reads `1%` as 0.01.
double read_share(std::string_view flag, std::string_view text) {
  double percent = -1;
  if (text.ends_with('%')) {
    const char* end = text.data() + text.size() - 1;
    const auto [stop, error] = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
    if (error != std::errc{} || stop != end) percent = -1;
  }
  if (!(percent >= 0 && percent <= 100)) refuse_flag(flag, text, "a share from 0% to 100%");
  return percent / 100;
}

std::string read_name_prefix(const std::string& text, std::uint32_t hosts) {
  const std::size_t digits = std::max(kSimulatedNameDigits, std::to_string(hosts).size());
  if (!is_host_name(text + std::string(digits, '0'))) {
    refuse_flag("--name-prefix", text,
                fmt::format("at most {} of A-Za-z0-9._-", kNameBytes - digits));
  }
  return text;
}

void add_flags(ProgramFlags& flags, Typed& typed) {
  const auto add = [&flags](const char* declaration, std::string& value, const char* help) {
    return flags.option(declaration, value, help).shows_default();
  };
  flags.repeated("--collector ADDR:PORT", typed.collectors, "Where to send (repeat it for several)")
      .required();
  flags
      .repeated("--fleet-key FILE", typed.fleet_keys,
                "The fleet's key: the hosts' keys come from it (a second: the next key)")
      .required();
  add("--hosts N", typed.hosts, "How many hosts: sim-00001 and on").required();
  add("--interval DURATION", typed.interval, "Each host sends once in it");
  flags.option(
      "--labels LABELS", typed.labels,
      "What hosts are labelled with; see below (default: a role, a zone, and a rack in it)");
  add("--scenario SCENARIO", typed.scenario, "What happens, and when; see below");
  add("--for DURATION", typed.length, "How long; without it, until Ctrl-C");
  add("--seed N", typed.seed, "Draws hosts and fates of datagrams");
  add("--truth FILE", typed.truth, "To write what every host was told to be; see below");
  add("--rotate SHARE", typed.rotate, "Hosts that one SIGHUP moves to the next key");
  add("--loss SHARE", typed.loss, "Datagrams lost");
  add("--duplicate SHARE", typed.duplicate, "Datagrams sent twice");
  add("--reorder SHARE", typed.reorder, "Datagrams held back");
  add("--delay DURATION", typed.delay, "Longest that one is held back");
  add("--clones N", typed.clones, "The first N hosts run twice with one credential");
  add("--checks N", typed.checks, "Checks of each host");
  add("--skew DURATION", typed.skew, "Hosts' clocks are off by up to this, either way");
  add("--name-prefix PREFIX", typed.name_prefix, "Of the hosts' names");
}

SimulationOptions read(const Typed& typed) {
  SimulationOptions options;
  if (typed.collectors.size() > kCollectors) {
    throw UsageError(fmt::format("--collector: {} are too many; at most {} are allowed",
                                 typed.collectors.size(), kCollectors));
  }
  for (const std::string& text : typed.collectors) {
    options.collectors.push_back(read_flag_endpoint("--collector", text));
  }
  if (typed.fleet_keys.size() > kFleetKeys) {
    throw UsageError(fmt::format("--fleet-key: {} are too many; at most {} are allowed",
                                 typed.fleet_keys.size(), kFleetKeys));
  }
  options.fleet_key = typed.fleet_keys.front();
  if (typed.fleet_keys.size() > 1) options.next_fleet_key = typed.fleet_keys.back();
  options.rotate = read_share("--rotate", typed.rotate);
  options.hosts = read_count("--hosts", typed.hosts, 1, kMaxSimulatedHosts);
  options.clones = read_count("--clones", typed.clones, 0, options.hosts);
  options.checks = read_count("--checks", typed.checks, 1, kChecks);
  options.interval = read_flag_duration("--interval", typed.interval, kMinInterval, kMaxInterval);
  options.labels = parse_labels(typed.labels);
  options.scenario = parse_scenario(typed.scenario);
  if (!typed.length.empty()) {
    options.length =
        read_flag_duration("--for", typed.length, Milliseconds{1}, std::chrono::hours{24} * 1000);
  }
  options.seed = read_flag_number("--seed", typed.seed, 0, ~std::uint64_t{0});
  options.truth = typed.truth;
  options.loss = read_share("--loss", typed.loss);
  options.duplicate = read_share("--duplicate", typed.duplicate);
  options.reorder = read_share("--reorder", typed.reorder);
  options.delay = read_flag_duration("--delay", typed.delay, Milliseconds{1}, kMaxHoldDelay);
  options.skew = read_flag_duration("--skew", typed.skew, Milliseconds{0}, kMaxSimulatedSkew);
  options.name_prefix = read_name_prefix(typed.name_prefix, options.hosts);
  return options;
}

}  // namespace

std::optional<SimulationOptions> parse_options(int argc, const char* const* argv) {
  ProgramFlags flags("A simulated fleet: real agents' datagrams over real UDP, evenly paced.",
                     "flatline-sim", kFooter);
  Typed typed;
  add_flags(flags, typed);
  if (!flags.parse(argc, argv)) return std::nullopt;
  return read(typed);
}

}  // namespace flatline::sim
