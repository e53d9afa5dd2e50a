#include "tools/sim/script.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/wire/text.h"
#include "tools/sim/limits.h"
#include "tools/sim/text_part.h"

namespace flatline::sim {
namespace {

/// A stream of Random that nothing else uses, so that the fleet's order does not depend on other
/// draws from the same seed.
constexpr std::uint64_t kOrderStream = 1;

/// A list of values may be long. An error names so many of them.
constexpr std::size_t kToldValues = 8;

TextPart text_part_of(const Phase& phase) {
  return {"--scenario", "phase", phase.number, phase.text};
}

std::string told_keys(const std::vector<LabelRule>& rules) {
  std::vector<std::string> keys;
  for (const LabelRule& rule : rules) keys.push_back(rule.key);
  return keys.empty() ? "there are none" : "there are: " + join(keys, ", ");
}

std::string told_values(const LabelRule& rule) {
  std::vector<std::string> values;
  for (const LabelValue& value : rule.values) {
    if (values.size() == kToldValues) break;
    values.push_back(value.text);
  }
  if (rule.values.size() > kToldValues) {
    values.push_back(fmt::format("... to {}", rule.values.back().text));
  }
  return join(values, ", ");
}

/// Which values of which rule a host must have one of.
struct Wanted {
  std::size_t rule;
  std::vector<bool> values;
};

Wanted find_wanted(const LabelMatch& match, const HostLabels& labels, const TextPart& part) {
  const std::vector<LabelRule>& rules = labels.rules();
  const auto rule = std::find_if(rules.begin(), rules.end(),
                                 [&](const LabelRule& one) { return one.key == match.key; });
  if (rule == rules.end()) {
    part.fail_at(match.column,
                 fmt::format("'{}' is no label of --labels; {}", match.key, told_keys(rules)));
  }
  Wanted wanted{static_cast<std::size_t>(rule - rules.begin()),
                std::vector<bool>(rule->values.size())};
  for (const std::string& text : match.values) {
    const auto value = std::find_if(rule->values.begin(), rule->values.end(),
                                    [&](const LabelValue& one) { return one.text == text; });
    if (value == rule->values.end()) {
      part.fail_at(match.column, fmt::format("no host has {}={}; there are: {}", match.key, text,
                                             told_values(*rule)));
    }
    wanted.values[static_cast<std::size_t>(value - rule->values.begin())] = true;
  }
  return wanted;
}

std::uint8_t find_check(const Share& share, std::span<const std::string> checks,
                        const TextPart& part) {
  if (share.check.empty()) return Part::kOwnCheck;
  const auto found = std::find(checks.begin(), checks.end(), share.check);
  if (found == checks.end()) {
    part.fail_at(share.check_column, fmt::format("'{}' is no check of these hosts; there are: {}",
                                                 share.check, join(checks, ", ")));
  }
  return static_cast<std::uint8_t>(found - checks.begin());
}

bool has_labels(const Phase& phase) {
  return std::any_of(phase.shares.begin(), phase.shares.end(),
                     [](const Share& share) { return !share.labels.empty(); });
}

/// How many of `all` hosts a share wants, where `left` do nothing yet.
std::uint32_t wanted_count(const Share& share, std::uint32_t all, std::uint32_t left,
                           const Phase& phase) {
  if (share.is_percent) {
    // Two halves of an odd fleet round up to more than the whole, so the last share may get less.
    return std::min(static_cast<std::uint32_t>(std::round(share.amount * all / 100.0)), left);
  }
  if (share.amount > left) {
    throw UsageError(fmt::format(
        "--scenario: the phase at {} wants more than the {} hosts that "
        "there are{}; see --hosts",
        format_duration(phase.start), all,
        share.labels.empty() ? ""
                             : " with " + share.labels[0].key + "=" + share.labels[0].values[0]));
  }
  return static_cast<std::uint32_t>(share.amount);
}

}  // namespace

/// Finds the hosts of each share of a phase in turn, of those that no share took before.
class Script::Casting {
 public:
  Casting(const HostLabels& labels, const std::vector<std::uint32_t>& places)
      : labels_(labels), order_(places.size()) {
    for (std::uint32_t host = 0; host < places.size(); ++host) order_[places[host]] = host;
  }

  /// Sets `by_host` to `cast` for the hosts that the share takes. Returns how many they are.
  std::uint32_t take(const Phase& phase, const Share& share, std::uint8_t cast, std::uint8_t rest,
                     std::vector<std::uint8_t>& by_host) const {
    std::vector<Wanted> wanted;
    for (const LabelMatch& match : share.labels) {
      wanted.push_back(find_wanted(match, labels_, text_part_of(phase)));
    }
    std::uint32_t all = 0;
    std::vector<std::uint32_t> candidates;
    for (const std::uint32_t host : order_) {
      const bool is_meant = std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& one) {
        return one.values[labels_.value_of(host, one.rule)];
      });
      all += is_meant ? 1 : 0;
      if (is_meant && by_host[host] == rest) candidates.push_back(host);
    }
    const auto left = static_cast<std::uint32_t>(candidates.size());
    const std::uint32_t count = wanted_count(share, all, left, phase);
    for (std::uint32_t i = 0; i < count; ++i) by_host[candidates[i]] = cast;
    return count;
  }

 private:
  const HostLabels& labels_;
  std::vector<std::uint32_t> order_;  ///< The hosts in the seeded order.
};

Script::Script(const std::vector<Phase>& phases, const HostLabels& labels, std::uint64_t seed,
               std::span<const std::string> checks)
    : hosts_(labels.hosts()), places_(seeded_places(hosts_, seed, kOrderStream)) {
  std::optional<Casting> casting;
  for (const Phase& phase : phases) {
    CastPhase& cast = phases_.emplace_back(CastPhase{phase.start, {}, {}});
    const auto rest = static_cast<std::uint8_t>(phase.shares.size());
    if (has_labels(phase)) {
      if (!casting) casting.emplace(labels, places_);
      cast.by_host.assign(hosts_, rest);
    }
    std::uint32_t end = 0;
    for (const Share& share : phase.shares) {
      const Part part{share.verb, find_check(share, checks, text_part_of(phase))};
      const std::uint32_t count =
          cast.by_host.empty()
              ? wanted_count(share, hosts_, hosts_ - end, phase)
              : casting->take(phase, share, static_cast<std::uint8_t>(cast.casts.size()), rest,
                              cast.by_host);
      end += count;
      cast.casts.push_back({part, count, end});
    }
  }
}

Script::Script(const std::vector<Phase>& phases, std::uint32_t hosts, std::uint64_t seed)
    : Script(phases, HostLabels({}, hosts, seed), seed, {}) {}

Part Script::part_of(std::uint32_t host, std::size_t phase) const {
  const CastPhase& cast_phase = phases_[phase];
  if (!cast_phase.by_host.empty()) {
    const std::uint8_t cast = cast_phase.by_host[host];
    return cast < cast_phase.casts.size() ? cast_phase.casts[cast].part : Part{};
  }
  for (const Cast& cast : cast_phase.casts) {
    // Where all the hosts that are left do the same, the place is not looked up: among a million it
    // is not in the cache.
    if (cast.end == hosts_ || places_[host] < cast.end) return cast.part;
  }
  return {};
}

std::uint32_t Script::count_of(Verb verb, std::size_t phase) const {
  std::uint32_t count = 0;
  std::uint32_t left = hosts_;
  for (const Cast& cast : phases_[phase].casts) {
    if (cast.part.verb == verb) count += cast.count;
    left -= cast.count;
  }
  return verb == Verb::kHealthy ? count + left : count;
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
