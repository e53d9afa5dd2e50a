#include "tools/sim/label_rules.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "schema/limits.h"
#include "schema/wire/names.h"
#include "tools/sim/limits.h"
#include "tools/sim/text_part.h"

namespace flatline::sim {
namespace {

/// The key of a scenario's `check=disk`, which therefore can be no label's.
constexpr std::string_view kCheckKey = "check";

/// How far the sum of shares may be from 100, because 33.3 three times is meant to be all.
constexpr double kRoundingPercent = 0.5;

std::optional<std::uint32_t> read_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Reads `60%`.
double read_percent(std::string_view text, const TextPart& part) {
  double percent = -1;
  if (text.ends_with('%')) {
    const char* end = text.data() + text.size() - 1;
    const auto [stop, error] = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
    if (error != std::errc{} || stop != end) percent = -1;
  }
  if (!(percent >= 0 && percent <= 100)) {
    part.fail_at(part.column_of(text),
                 fmt::format("'{}' is no share; write one from 0% to 100%, as web:60%", text));
  }
  return percent;
}

/// Reads the values of one label, one after the other.
class ValueList {
 public:
  ValueList(const TextPart& part, LabelRule& rule) : part_(part), rule_(rule) {}

  /// Reads `web`, `web:60%`, `r[1-40]` or `r[1-40]:50%`.
  void add(std::string_view item) {
    const std::size_t colon = item.find(':');
    const std::string_view text = trimmed(item.substr(0, colon));
    const std::vector<std::string> values = unfold_value(text);
    if (values.empty()) {
      part_.fail_at(part_.column_of(text),
                    fmt::format("'{}' is no range; write r[1-40], of at most {} values", text,
                                kSimulatedLabelValues));
    }
    double percent = kUnshared;
    if (colon != std::string_view::npos) {
      percent = read_percent(trimmed(item.substr(colon + 1)), part_);
      if (rule_.within != LabelRule::kNowhere) {
        part_.fail_at(part_.column_of(item) + colon,
                      "a label in another has no shares; its values get equal parts");
      }
      shared_ += percent;
      percent /= static_cast<double>(values.size());
    }
    for (const std::string& value : values) add_value(value, percent, text);
  }

  /// Gives what is left to the values without a share.
  void finish() {
    const auto unshared = static_cast<double>(
        std::count_if(rule_.values.begin(), rule_.values.end(),
                      [](const LabelValue& value) { return value.percent == kUnshared; }));
    if (shared_ > 100 + kRoundingPercent || (unshared == 0 && shared_ < 100 - kRoundingPercent)) {
      part_.fail(fmt::format("its shares are {}% together; 100% is the whole fleet", shared_));
    }
    for (LabelValue& value : rule_.values) {
      if (value.percent == kUnshared) value.percent = std::max(0.0, 100 - shared_) / unshared;
    }
  }

 private:
  static constexpr double kUnshared = -1;

  void add_value(const std::string& value, double percent, std::string_view text) {
    if (!is_labels(rule_.key + "=" + value)) {
      part_.fail_at(part_.column_of(text),
                    fmt::format("'{}' is no value; write 1 or more of A-Za-z0-9._-", value));
    }
    if (!seen_.insert(value).second) {
      part_.fail_at(part_.column_of(text), fmt::format("'{}' stands twice", value));
    }
    rule_.values.push_back({value, percent});
    if (rule_.values.size() > kSimulatedLabelValues) {
      part_.fail_at(part_.column_of(text),
                    fmt::format("these are more than {} values", kSimulatedLabelValues));
    }
  }

  const TextPart& part_;
  LabelRule& rule_;
  double shared_ = 0;
  std::set<std::string> seen_;
};

/// Cuts ` in zone` off `values`, and finds that label among the earlier ones.
std::size_t take_outer(std::string_view& values, const TextPart& part,
                       const std::vector<LabelRule>& rules) {
  constexpr std::string_view kIn = " in ";
  const std::size_t in = values.rfind(kIn);
  if (in == std::string_view::npos) return LabelRule::kNowhere;
  const std::string_view key = trimmed(values.substr(in + kIn.size()));
  values = trimmed(values.substr(0, in));
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const LabelRule& rule) { return rule.key == key; });
  if (found == rules.end()) {
    part.fail_at(part.column_of(key),
                 fmt::format("'{}' is no label that stands before this one", key));
  }
  return static_cast<std::size_t>(found - rules.begin());
}

LabelRule parse_rule(const TextPart& part, const std::vector<LabelRule>& rules) {
  LabelRule rule;
  const std::size_t equals = part.text.find('=');
  const std::string_view key = trimmed(part.text.substr(0, equals));
  if (equals == std::string_view::npos || !is_labels(std::string{key} + "=x")) {
    part.fail("is no label; write a key and its values, as role=web,db");
  }
  if (key == kCheckKey) part.fail("'check' is what a scenario names a check by; take another key");
  for (const LabelRule& other : rules) {
    if (other.key == key) part.fail(fmt::format("'{}' stands twice", key));
  }
  rule.key = key;
  std::string_view values = trimmed(part.text.substr(equals + 1));
  rule.within = take_outer(values, part, rules);
  ValueList list(part, rule);
  do {
    list.add(take_until(values, ","));
  } while (!values.empty());
  list.finish();
  if (rule.within != LabelRule::kNowhere && rule.values.size() < rules[rule.within].values.size()) {
    part.fail(fmt::format("has {} values for the {} of {}; each of those needs one",
                          rule.values.size(), rules[rule.within].values.size(),
                          rules[rule.within].key));
  }
  return rule;
}

/// How long the longest label of a rule is: `role=cache`.
std::size_t longest(const LabelRule& rule) {
  std::size_t size = 0;
  for (const LabelValue& value : rule.values) size = std::max(size, value.text.size());
  return rule.key.size() + 1 + size;
}

}  // namespace

std::vector<std::string> unfold_value(std::string_view text) {
  const std::size_t open = text.find('[');
  if (open == std::string_view::npos) return {std::string{text}};
  const std::size_t close = text.find(']', open);
  const std::size_t dash = text.find('-', open);
  if (close == std::string_view::npos || dash > close) return {};
  const std::string_view first_text = text.substr(open + 1, dash - open - 1);
  const auto first = read_number(first_text);
  const auto last = read_number(text.substr(dash + 1, close - dash - 1));
  if (!first || !last || *first > *last || *last - *first >= kSimulatedLabelValues) return {};
  std::vector<std::string> values;
  for (std::uint64_t number = *first; number <= *last; ++number) {
    values.push_back(fmt::format("{}{:0{}}{}", text.substr(0, open), number, first_text.size(),
                                 text.substr(close + 1)));
  }
  return values;
}

std::vector<LabelRule> parse_labels(std::string_view text) {
  std::vector<LabelRule> rules;
  std::size_t number = 0;
  std::size_t size = 0;
  while (!trimmed(text).empty()) {
    const TextPart part{"--labels", "label", ++number, take_until(text, ";")};
    if (part.text.empty()) part.fail("is empty; labels stand between semicolons");
    rules.push_back(parse_rule(part, rules));
    if (rules.size() > kSimulatedLabels) {
      part.fail(fmt::format("is one too many; a host has at most {}", kSimulatedLabels));
    }
    size += longest(rules.back()) + (rules.size() > 1 ? 1 : 0);
    if (size > kLabelsBytes) {
      part.fail(fmt::format("makes a host's labels up to {} bytes long; {} have room", size,
                            kLabelsBytes));
    }
  }
  return rules;
}

}  // namespace flatline::sim
