#include "collector/group_settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "schema/wire/names.h"

namespace flatline {
namespace {

constexpr std::string_view kGroupBy = "group_by";

bool is_label_key(std::string_view text) {
  return is_labels(fmt::format("{}=x", text)) && text.find_first_of("=,") == std::string_view::npos;
}

std::string keys_text(const std::vector<LabelText>& keys) {
  std::vector<std::string_view> names;
  for (const LabelText& key : keys) names.push_back(key.view());
  return join(names, ", ");
}

/// `80%`, from 1 to 100.
std::optional<std::uint32_t> parse_percent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  std::uint32_t percent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && percent >= 1 && percent <= 100 ? std::optional(percent) : std::nullopt;
}

void check_group(const SettingsTable& table, const std::string& group, const QuorumRule& rule,
                 const std::vector<LabelText>& keys) {
  if (!is_labels(group) || group.empty() || group.find(',') != std::string::npos) {
    table.refuse("group", fmt::format("'{}' is not allowed; give KEY=VALUE, each 1 or more of "
                                      "A-Za-z0-9._-, together at most {} bytes",
                                      group, kLabelsBytes));
  } else if (std::ranges::find(keys, rule.key) == keys.end()) {
    table.refuse("group", fmt::format("'{}' is not a key of {}; there are: {}", rule.key.view(),
                                      kGroupBy, keys.empty() ? "none" : keys_text(keys)));
  } else if (rule.quorum == GroupQuorum{} && !table.is_faulty()) {
    table.refuse("group", "a quorum wants healthy = \"80%\", at_least = 3, or both");
  }
}

QuorumRule read_quorum(SettingsTable& table, const std::vector<LabelText>& keys) {
  const std::string group =
      table.required_text({"group", "KEY=VALUE: the group, whose key is one of group_by"});
  const std::size_t equals = std::min(group.find('='), group.size());
  QuorumRule rule{LabelText{group.substr(0, equals)},
                  LabelText{group.substr(std::min(equals + 1, group.size()))},
                  {}};
  if (const auto healthy =
          table.text({"healthy",
                      "So many per cent of its hosts that are known and not drained are healthy, "
                      "\"1%\" to \"100%\""})) {
    const auto percent = parse_percent(*healthy);
    if (!percent) {
      table.refuse("healthy",
                   fmt::format("'{}' is not allowed; give \"1%\" to \"100%\"", *healthy));
    }
    rule.quorum.healthy_percent = percent.value_or(0);
  }
  if (const auto least =
          table.integer({"at_least", "So many of its hosts are healthy"}, 1, kMaxCapacity)) {
    rule.quorum.at_least = static_cast<std::uint32_t>(*least);
  }
  check_group(table, group, rule, keys);
  table.finish();
  return rule;
}

}  // namespace

std::vector<LabelText> default_group_by() {
  return {LabelText{"role"}, LabelText{"zone"}};
}

std::vector<LabelText> read_group_by(SettingsTable& file, std::vector<LabelText> default_keys) {
  const auto texts = file.texts(
      {kGroupBy,
       "By which labels of theirs hosts are grouped: of each, 64 values are told apart, and the "
       "rest is counted under other. Default: role and zone"},
      kGroupKeys);
  if (!texts) return default_keys;
  std::vector<LabelText> keys;
  for (const std::string& text : *texts) {
    if (!is_label_key(text)) {
      file.refuse(kGroupBy,
                  fmt::format("'{}' is not allowed; give keys of labels, such as \"role\"", text));
    } else if (std::ranges::find(keys, LabelText{text}) != keys.end()) {
      file.refuse(kGroupBy, fmt::format("'{}' comes twice; give each key once", text));
    } else {
      keys.emplace_back(text);
    }
  }
  return keys;
}

std::vector<QuorumRule> read_quorums(SettingsTable& file, const std::vector<LabelText>& keys) {
  std::vector<QuorumRule> rules;
  for (SettingsTable& table : file.tables(
           {"quorum", "What a group must have, each in a table of its own; else it is below"},
           kQuorums)) {
    const QuorumRule rule = read_quorum(table, keys);
    for (const QuorumRule& other : rules) {
      if (other.key != rule.key || other.value != rule.value) continue;
      table.refuse("group", fmt::format("'{}' has a quorum already; give each group one",
                                        group_name(rule.key, rule.value)));
    }
    rules.push_back(rule);
  }
  return rules;
}

std::string group_name(const LabelText& key, const LabelText& value) {
  return fmt::format("{}={}", key.view(), value.view());
}

}  // namespace flatline
