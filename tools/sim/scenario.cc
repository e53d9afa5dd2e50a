#include "tools/sim/scenario.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/wire/text.h"
#include "tools/sim/label_rules.h"
#include "tools/sim/limits.h"
#include "tools/sim/text_part.h"

namespace flatline::sim {
namespace {

constexpr std::array<std::string_view, kVerbs> kVerbNames = {
    "healthy", "fail", "warn", "silent", "flap", "restart", "leave", "reboot", "pause", "put-back"};

std::optional<Verb> parse_verb(std::string_view word) {
  const auto found = std::find(kVerbNames.begin(), kVerbNames.end(), word);
  if (found == kVerbNames.end()) return std::nullopt;
  return static_cast<Verb>(found - kVerbNames.begin());
}

/// Whether a check shows it, so that one can be chosen.
bool has_check(Verb verb) {
  return verb == Verb::kFail || verb == Verb::kWarn || verb == Verb::kFlap;
}

/// Reads `50%`, `0.5%`, `120` or `120 hosts` into the share. It stands at `column`.
void read_amount(Share& share, std::string_view text, std::size_t column, const TextPart& part) {
  share.is_percent = text.ends_with('%');
  if (share.is_percent) {
    text.remove_suffix(1);
  } else if (text.ends_with(" hosts")) {
    text.remove_suffix(6);
  }
  const char* end = text.data() + text.size();
  const auto [stop, error] =
      std::from_chars(text.data(), end, share.amount, std::chars_format::fixed);
  const bool is_number = error == std::errc{} && stop == end && share.amount >= 0;
  if (!is_number || (share.is_percent && share.amount > 100) ||
      (!share.is_percent && share.amount != std::floor(share.amount))) {
    part.fail_at(column,
                 fmt::format("'{}' needs a share from 0% to 100%, a number of hosts, or a "
                             "label, as '{} 5%' or '{} role=web'",
                             verb_name(share.verb), verb_name(share.verb), verb_name(share.verb)));
  }
}

/// Reads `rack=r7` or `check=disk` into the share.
void read_pair(Share& share, std::string_view word, const TextPart& part) {
  const std::size_t equals = word.find('=');
  const std::string_view key = word.substr(0, equals);
  const std::string_view value = word.substr(equals + 1);
  const std::size_t column = part.column_of(word);
  if (key == "check") {
    if (!has_check(share.verb)) {
      part.fail_at(column, fmt::format("no check shows '{}'; one shows fail, warn and flap",
                                       verb_name(share.verb)));
    }
    if (!share.check.empty()) part.fail_at(column, "a share has one check");
    share.check = value;
    share.check_column = column;
    return;
  }
  LabelMatch match{std::string{key}, unfold_value(value), column};
  if (key.empty() || value.empty() || match.values.empty()) {
    part.fail_at(column, fmt::format("'{}' is no label; write rack=r7 or rack=r[1-3]", word));
  }
  share.labels.push_back(std::move(match));
}

/// Reads `fail rack=r7 20% check=disk`.
Share parse_share(std::string_view text, const TextPart& part) {
  const std::string_view verb_word = take_word(text);
  const auto verb = parse_verb(verb_word);
  if (!verb) {
    part.fail_at(part.column_of(verb_word),
                 fmt::format("'{}' is no verb; there are: {}", verb_word, join(kVerbNames, ", ")));
  }
  Share share{*verb, 100, true, {}, {}, 0};
  std::string amount;
  std::size_t amount_column = part.column_of(verb_word);
  while (!trimmed(text).empty()) {
    const std::string_view word = take_word(text);
    if (word.find('=') != std::string_view::npos) {
      read_pair(share, word, part);
      continue;
    }
    if (amount.empty()) {
      amount_column = part.column_of(word);
    } else {
      amount += ' ';
    }
    amount += word;
  }
  // With a label, all who have it are meant. `healthy` needs no share, because the rest of the
  // fleet is healthy.
  if (!amount.empty() || (share.labels.empty() && *verb != Verb::kHealthy)) {
    read_amount(share, amount, amount_column, part);
  } else if (share.labels.empty()) {
    share.amount = 0;
  }
  return share;
}

/// The sum of the shares of the whole fleet. Those of some label lie within others, and a host does
/// what the first one says.
double sum_percent(const Phase& phase) {
  double percent = 0;
  for (const Share& share : phase.shares) {
    percent += share.is_percent && share.labels.empty() ? share.amount : 0;
  }
  return percent;
}

Phase parse_phase(const TextPart& part) {
  Phase phase;
  phase.number = part.number;
  phase.text = part.text;
  std::string_view text = part.text;
  const std::string_view start_text = take_word(text);
  const auto start = parse_duration(start_text);
  if (!start) {
    part.fail(fmt::format("'{}' is no time; a phase is a time and what happens, as '10s fail 50%'",
                          start_text));
  }
  phase.start = *start;
  text = trimmed(text);
  if (text.empty()) part.fail("nothing happens; write 'healthy' if nothing shall");
  while (!text.empty()) {
    const std::string_view share_text = take_until(text, ",");
    const Share share = parse_share(share_text, part);
    for (const Share& other : phase.shares) {
      if (other.verb == share.verb && other.labels == share.labels && other.check == share.check) {
        part.fail_at(part.column_of(share_text),
                     fmt::format("'{}' stands twice; once a phase is allowed, or once for a label",
                                 verb_name(share.verb)));
      }
    }
    phase.shares.push_back(share);
    if (phase.shares.size() > kPhaseShares) {
      part.fail_at(part.column_of(share_text),
                   fmt::format("is one too many; a phase has at most {} shares", kPhaseShares));
    }
  }
  if (const double percent = sum_percent(phase); percent > 100) {
    part.fail(fmt::format("its shares are {}% together; 100% is the whole fleet", percent));
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
    const TextPart part{"--scenario", "phase", ++number, take_until(text, ";")};
    if (part.text.empty()) part.fail("is empty; phases stand between semicolons");
    Phase phase = parse_phase(part);
    if (!phases.empty() && phase.start <= phases.back().start) {
      part.fail(fmt::format("must start after the phase before it, which starts at {}",
                            format_duration(phases.back().start)));
    }
    if (phases.empty() && phase.start > Milliseconds{0}) phases.emplace_back();
    phases.push_back(std::move(phase));
    if (phases.size() > kScenarioPhases) {
      part.fail(fmt::format("is one too many; a scenario has at most {}", kScenarioPhases));
    }
  }
  if (phases.empty()) throw UsageError("--scenario: is empty; write '0s healthy'");
  return phases;
}

}  // namespace flatline::sim
