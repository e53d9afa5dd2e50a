#include "tools/cli/report/key_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "schema/wire/text.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

Color color_of(const KeyAnswer& key) {
  if (key.state == "old") return key.hosts > 0 ? Color::kYellow : Color::kNone;
  return key.state == "live" || key.state == "new" ? Color::kGreen : Color::kRed;
}

Cell count(std::uint32_t hosts, Color color = Color::kNone) {
  return {std::to_string(hosts), hosts > 0 ? color : Color::kNone, true};
}

/// `0`, or where there are several `0: 987, 3: 1`.
std::string generations_text(const KeyAnswer& key) {
  constexpr std::size_t kMost = 6;  // They fit the line.
  if (key.generations.size() == 1) return std::to_string(key.generations.front().generation);
  std::string text;
  for (std::size_t i = 0; i < std::min(kMost, key.generations.size()); ++i) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key.generations[i].generation,
                        key.generations[i].hosts);
  }
  return text + (key.generations.size() > kMost ? ", ..." : "");
}

/// Their names, folded; of a very long list only its beginning, and how to get the rest.
std::string names_text(const LeftHosts& left) {
  constexpr std::size_t kMost = 12;  // They are enough to see which hosts these are.
  std::vector<std::string> folded = fold_names(left.names);
  const bool is_cut = folded.size() > kMost;
  if (is_cut) folded.resize(kMost);
  std::string text =
      fmt::format("{} ({}): {}", left.what, left.names.size(), join_plain(folded, " "));
  if (is_cut) text += fmt::format(" ... (all: flatline ls '{}' -o names)", left.filter);
  return text + "\n";
}

}  // namespace

std::vector<LeftHosts> left_by_rotation(const KeysAnswer& keys) {
  std::vector<LeftHosts> left;
  for (const KeyAnswer& key : keys.keys) {
    if (key.state == "live" || key.state == "new") continue;
    const std::string term = fmt::format("key={}", key.key_id);
    if (key.speaking > 0) {
      left.push_back({term + " & reporting", fmt::format("key {}, speaking", key.key_id), {}});
    }
    if (key.silent > 0) {
      left.push_back({term + " & !reporting", fmt::format("key {}, silent", key.key_id), {}});
    }
  }
  if (keys.unheard > 0) left.push_back({"expected,missing", "never heard", {}});
  return left;
}

std::string report_keys(const KeysAnswer& keys, const std::vector<LeftHosts>& left, bool colored,
                        std::size_t columns) {
  if (!keys.age_seconds) return "The keys of hosts are not counted yet.\n";
  Table table({"KEY", "STATE", "HOSTS", "SPEAK", "SILENT", "REFUSED", "GENERATIONS"});
  for (const KeyAnswer& key : keys.keys) {
    table.add({{std::to_string(key.key_id), Color::kNone, true},
               {to_plain_utf8(key.state), color_of(key)},
               count(key.hosts),
               count(key.speaking),
               count(key.silent, Color::kMagenta),
               count(key.refused, Color::kRed),
               {generations_text(key)}});
  }
  std::string text;
  if (keys.other_generations > 0) {
    text += fmt::format("{} hosts have other generations\n", keys.other_generations);
  }
  text += fmt::format("counted {} ago\n", format_age(*keys.age_seconds));
  for (const LeftHosts& hosts : left) {
    if (!hosts.names.empty()) text += names_text(hosts);
  }
  if (!keys.advice.empty()) text += fmt::format("next: {}\n", to_plain_utf8(keys.advice));
  return table.print(colored, columns) + wrap_lines(text, columns);
}

}  // namespace flatline::cli
