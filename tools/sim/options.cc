#include "tools/sim/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <string_view>

#include "schema/codec.h"
#include "schema/duration.h"
#include "schema/error.h"
#include "schema/version.h"

namespace flatline::sim {
namespace {

constexpr std::string_view kFooter =
    "A scenario is phases over time: '0s healthy; 10s fail 50%; 20s silent 30%, flap 5%; 30s "
    "healthy'.\nVerbs: healthy, fail, warn, silent, flap, restart, leave, each with a share ('5%' "
    "or '120 hosts');\nthe rest of the fleet is healthy.";

/// Values of flags as they were typed: read here, so that every error names its flag alike.
struct Typed {
  std::vector<std::string> collectors;
  std::string fleet_key;
  std::string hosts;
  std::string clones = "0";
  std::string checks = std::to_string(kDefaultSimulatedChecks);
  std::string interval = format_duration(kDefaultInterval);
  std::string scenario = "0s healthy";
  std::string length;
  std::string seed = "1";
  std::string truth;
  std::string loss = "0%";
  std::string duplicate = "0%";
  std::string reorder = "0%";
  std::string delay = format_duration(kDefaultHoldDelay);
  std::string skew = "0s";
  std::string name_prefix = "sim-";
};

[[noreturn]] void fail(std::string_view flag, std::string_view text, std::string_view allowed) {
  throw UsageError(fmt::format("{}: '{}' is not allowed; give {}", flag, text, allowed));
}

template <typename Number>
Number read_number(std::string_view flag, std::string_view text, Number min, Number max) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number < min || number > max) {
    fail(flag, text, fmt::format("a whole number from {} to {}", min, max));
  }
  return number;
}

Milliseconds read_duration(std::string_view flag, std::string_view text, Milliseconds min,
                           Milliseconds max) {
  const auto duration = parse_duration(text);
  if (!duration || *duration < min || *duration > max) {
    fail(flag, text,
         fmt::format("a duration with its unit from {} to {}, as 500ms, 1s or 1m30s",
                     format_duration(min), format_duration(max)));
  }
  return *duration;
}

/// `1%` as 0.01.
double read_share(std::string_view flag, std::string_view text) {
  double percent = -1;
  if (text.ends_with('%')) {
    const char* end = text.data() + text.size() - 1;
    const auto [stop, error] = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
    if (error != std::errc{} || stop != end) percent = -1;
  }
  if (!(percent >= 0 && percent <= 100)) fail(flag, text, "a share from 0% to 100%");
  return percent / 100;
}

std::string read_name_prefix(const std::string& text, std::uint32_t hosts) {
  const std::size_t digits = std::max(kSimulatedNameDigits, std::to_string(hosts).size());
  if (!text.empty() && (!is_host_name(text) || text.size() + digits > kNameBytes)) {
    fail("--name-prefix", text, fmt::format("at most {} of A-Za-z0-9._-", kNameBytes - digits));
  }
  return text;
}

void add_flags(CLI::App& app, Typed& typed) {
  app.add_option("--collector", typed.collectors, "Where to send, ADDR:PORT (repeat for several)")
      ->required()
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--fleet-key", typed.fleet_key, "The fleet's key: the hosts' keys come from it")
      ->required();
  app.add_option("--hosts", typed.hosts, "How many hosts: sim-00001 and on")->required();
  app.add_option("--interval", typed.interval, "Each host sends once in it")->capture_default_str();
  app.add_option("--scenario", typed.scenario, "What happens, and when")->capture_default_str();
  app.add_option("--for", typed.length, "How long; without it, until Ctrl-C");
  app.add_option("--seed", typed.seed, "Draws hosts and fates")->capture_default_str();
  app.add_option("--truth", typed.truth, "File for what every host was told to be");
  app.add_option("--loss", typed.loss, "Share of datagrams lost")->capture_default_str();
  app.add_option("--duplicate", typed.duplicate, "Share sent twice")->capture_default_str();
  app.add_option("--reorder", typed.reorder, "Share held back")->capture_default_str();
  app.add_option("--delay", typed.delay, "Longest that one is held back")->capture_default_str();
  app.add_option("--clones", typed.clones, "The first so many hosts run twice")
      ->capture_default_str();
  app.add_option("--checks", typed.checks, "Checks of each host")->capture_default_str();
  app.add_option("--skew", typed.skew, "Clocks are off by up to this, either way")
      ->capture_default_str();
  app.add_option("--name-prefix", typed.name_prefix, "Of the hosts' names")->capture_default_str();
}

Options read(const Typed& typed) {
  Options options;
  if (typed.collectors.size() > kCollectors) {
    throw UsageError(fmt::format("--collector: {} are too many; at most {} are allowed",
                                 typed.collectors.size(), kCollectors));
  }
  for (const std::string& text : typed.collectors) {
    const auto endpoint = parse_endpoint(text);
    if (!endpoint || endpoint->port == 0) fail("--collector", text, kEndpointForm);
    options.collectors.push_back(*endpoint);
  }
  options.fleet_key = typed.fleet_key;
  options.hosts = read_number<std::uint32_t>("--hosts", typed.hosts, 1, kMaxSimulatedHosts);
  options.clones = read_number<std::uint32_t>("--clones", typed.clones, 0, options.hosts);
  options.checks = read_number<std::uint32_t>("--checks", typed.checks, 1, kChecks);
  options.interval = read_duration("--interval", typed.interval, kMinInterval, kMaxInterval);
  options.scenario = parse_scenario(typed.scenario);
  if (!typed.length.empty()) {
    options.length =
        read_duration("--for", typed.length, Milliseconds{1}, std::chrono::hours{24} * 1000);
  }
  options.seed = read_number<std::uint64_t>("--seed", typed.seed, 0, ~std::uint64_t{0});
  options.truth = typed.truth;
  options.loss = read_share("--loss", typed.loss);
  options.duplicate = read_share("--duplicate", typed.duplicate);
  options.reorder = read_share("--reorder", typed.reorder);
  options.delay = read_duration("--delay", typed.delay, Milliseconds{1}, kMaxHoldDelay);
  options.skew = read_duration("--skew", typed.skew, Milliseconds{0}, kMaxSimulatedSkew);
  options.name_prefix = read_name_prefix(typed.name_prefix, options.hosts);
  return options;
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  CLI::App app("A simulated fleet: real agents' datagrams over real UDP, evenly paced.",
               "flatline-sim");
  app.footer(std::string{kFooter});
  app.set_version_flag("--version", std::string{"flatline-sim "}.append(kVersion));
  Typed typed;
  add_flags(app, typed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      app.exit(error);
      return std::nullopt;
    }
    throw UsageError(fmt::format("{}; see flatline-sim --help", error.what()));
  }
  return read(typed);
}

}  // namespace flatline::sim
