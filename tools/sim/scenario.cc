#include "tools/sim/scenario.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/wire/text.h"
#include "tools/sim/limits.h"
#include "tools/sim/random.h"

namespace flatline::sim {
namespace {

constexpr std::array<std::string_view, kVerbs> kVerbNames = {
    "healthy", "fail", "warn", "silent", "flap", "restart", "leave", "reboot", "pause", "put-back"};
/// A stream of Random that nothing else uses, so that the fleet's order does not depend on other
/// draws from the same seed.
constexpr std::uint64_t kOrderStream = 1;

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\n") - start + 1);
}

/// Cuts `text` at the first of `separators` and returns what stands before it.
std::string_view take_until(std::string_view& text, std::string_view separators) {
  const std::size_t end = std::min(text.find_first_of(separators), text.size());
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(front);
}

/// Throws the errors of one phase, which they name by its number and its text.
struct Position {
  std::size_t number;
  std::string_view text;

  [[noreturn]] void fail(std::string_view why) const {
    throw UsageError(fmt::format("--scenario: phase {} '{}': {}", number, text, why));
  }
};

std::optional<Verb> parse_verb(std::string_view word) {
  const auto found = std::find(kVerbNames.begin(), kVerbNames.end(), word);
  if (found == kVerbNames.end()) return std::nullopt;
  return static_cast<Verb>(found - kVerbNames.begin());
}

/// Reads `50%`, `0.5%`, `120` or `120 hosts`.
Share parse_amount(Verb verb, std::string_view text, const Position& place) {
  Share share{verb, 0, text.ends_with('%')};
  if (share.is_percent) {
    text.remove_suffix(1);
  } else if (text.ends_with(" hosts")) {
    text = trimmed(text.substr(0, text.size() - 6));
  }
  const char* end = text.data() + text.size();
  const auto [stop, error] =
      std::from_chars(text.data(), end, share.amount, std::chars_format::fixed);
  const bool is_number = error == std::errc{} && stop == end && share.amount >= 0;
  if (!is_number || (share.is_percent && share.amount > 100) ||
      (!share.is_percent && share.amount != std::floor(share.amount))) {
    place.fail(fmt::format("'{}' needs a share from 0% to 100% or a number of hosts, as '{} 5%'",
                           verb_name(verb), verb_name(verb)));
  }
  return share;
}

Share parse_share(std::string_view text, const Position& place) {
  const std::string_view word = take_until(text, " \t\n");
  const auto verb = parse_verb(word);
  if (!verb) {
    place.fail(fmt::format("'{}' is no verb; there are: {}", word, join(kVerbNames, ", ")));
  }
  // `healthy` needs no share, because the rest of the fleet is healthy.
  if (*verb == Verb::kHealthy && trimmed(text).empty()) return {*verb, 0, true};
  return parse_amount(*verb, trimmed(text), place);
}

Phase parse_phase(std::string_view text, const Position& place) {
  Phase phase;
  const std::string_view start_text = take_until(text, " \t\n");
  const auto start = parse_duration(start_text);
  if (!start) {
    place.fail(fmt::format("'{}' is no time; a phase is a time and what happens, as '10s fail 50%'",
                           start_text));
  }
  phase.start = *start;
  text = trimmed(text);
  if (text.empty()) place.fail("nothing happens; write 'healthy' if nothing shall");
  double percent = 0;
  while (!text.empty()) {
    const Share share = parse_share(take_until(text, ","), place);
    for (const Share& other : phase.shares) {
      if (other.verb == share.verb) {
        place.fail(
            fmt::format("'{}' stands twice; once a phase is allowed", verb_name(share.verb)));
      }
    }
    percent += share.is_percent ? share.amount : 0;
    phase.shares.push_back(share);
  }
  if (percent > 100) {
    place.fail(fmt::format("its shares are {}% together; 100% is the whole fleet", percent));
  }
  return phase;
}

}  // namespace

std::string_view verb_name(Verb verb) {
  return kVerbNames[static_cast<std::size_t>(verb)];
}

std::string_view truth_state(Verb verb) {
  constexpr std::array<std::string_view, kVerbs> kStates = {
      "healthy", "failing", "healthy", "silent", "flapping",
      "healthy", "left",    "healthy", "silent", "healthy"};
  return kStates[static_cast<std::size_t>(verb)];
}

std::vector<Phase> parse_scenario(std::string_view text) {
  std::vector<Phase> phases;
  std::size_t number = 0;
  while (!trimmed(text).empty()) {
    const std::string_view phase_text = take_until(text, ";");
    const Position place{++number, phase_text};
    if (phase_text.empty()) place.fail("is empty; phases stand between semicolons");
    Phase phase = parse_phase(phase_text, place);
    if (!phases.empty() && phase.start <= phases.back().start) {
      place.fail(fmt::format("must start after the phase before it, which starts at {}",
                             format_duration(phases.back().start)));
    }
    if (phases.empty() && phase.start > Milliseconds{0}) phases.push_back({});
    phases.push_back(std::move(phase));
    if (phases.size() > kScenarioPhases) {
      place.fail(fmt::format("is one too many; a scenario has at most {}", kScenarioPhases));
    }
  }
  if (phases.empty()) throw UsageError("--scenario: is empty; write '0s healthy'");
  return phases;
}

Script::Script(const std::vector<Phase>& phases, std::uint32_t hosts, std::uint64_t seed)
    : hosts_(hosts), places_(hosts) {
  for (const Phase& phase : phases) {
    CastPhase& cast = phases_.emplace_back(CastPhase{phase.start, {}});
    std::uint32_t end = 0;
    for (const Share& share : phase.shares) {
      const double wanted =
          share.is_percent ? std::round(share.amount * hosts / 100.0) : share.amount;
      if (!share.is_percent && wanted > hosts - end) {
        throw UsageError(
            fmt::format("--scenario: the phase at {} wants more than the {} hosts that "
                        "there are; see --hosts",
                        format_duration(phase.start), hosts));
      }
      // Two halves of an odd fleet round up to more than the whole, so the last share may get less.
      end += std::min(static_cast<std::uint32_t>(wanted), hosts - end);
      cast.casts.push_back({share.verb, end});
    }
  }
  // This is the shuffle of Fisher and Yates, from the end. After it, place p belongs to host
  // order[p].
  std::vector<std::uint32_t> order(hosts);
  std::iota(order.begin(), order.end(), 0);
  Random random(seed, kOrderStream);
  for (std::uint32_t left = hosts; left > 1; --left) {
    std::swap(order[left - 1], order[random.below(left)]);
  }
  for (std::uint32_t place = 0; place < hosts; ++place) places_[order[place]] = place;
}

Verb Script::verb_of(std::uint32_t host, std::size_t phase) const {
  for (const Cast& cast : phases_[phase].casts) {
    // Where all the hosts that are left do the same, the place is not looked up: among a million it
    // is not in the cache.
    if (cast.end == hosts_ || places_[host] < cast.end) return cast.verb;
  }
  return Verb::kHealthy;
}

std::uint32_t Script::count_of(Verb verb, std::size_t phase) const {
  std::uint32_t count = 0;
  std::uint32_t start = 0;
  for (const Cast& cast : phases_[phase].casts) {
    if (cast.verb == verb) count += cast.end - start;
    start = cast.end;
  }
  return verb == Verb::kHealthy ? count + hosts_ - start : count;
}

std::string Script::describe(std::size_t phase) const {
  std::string text;
  for (std::size_t i = 0; i < kVerbs; ++i) {
    const auto verb = static_cast<Verb>(i);
    const std::uint32_t count = count_of(verb, phase);
    if (count == 0) continue;
    if (!text.empty()) text += ' ';
    text += fmt::format("{}={}", verb_name(verb), count);
  }
  return text;
}

}  // namespace flatline::sim
