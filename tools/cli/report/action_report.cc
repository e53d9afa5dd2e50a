#include "tools/cli/report/action_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "schema/wire/text.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

/// The word for an action that is done: `drained` for `drain`.
std::string done_word(const std::string& action) {
  static const std::map<std::string, std::string> kWords = {
      {"drain", "drained"},     {"undrain", "undrained"}, {"forget", "forgot"},
      {"admit", "admitted"},    {"reset", "reset"},       {"revoke", "revoked"},
      {"freeze", "frozen"},     {"unfreeze", "unfrozen"}, {"expect", "expected"},
      {"unexpect", "took back"}};
  const auto found = kWords.find(action);
  return found == kWords.end() ? to_plain_utf8(action) : found->second;
}

/// Whether a host was to be taken back and was heard before: then it stays.
bool is_left(const ActionDoneAnswer& change) {
  return change.action.action == "unexpect" && !change.action.changed && !change.repeated;
}

/// The beginning of a line.
std::string word_of(const ActionDoneAnswer& change) {
  if (change.action.state == "planned") return "planned a drain of";
  return is_left(change) ? "left" : done_word(change.action.action);
}

/// The end of a line: what all hosts that the line names have in common.
std::string about(const ActionDoneAnswer& change) {
  std::string text;
  if (change.action.below && *change.action.below > 0) {
    text += fmt::format(" below generation {:.0f}", *change.action.below);
  }
  if (change.action.below && *change.action.below == 0) text += ": any generation may speak again";
  if (change.repeated) {
    text += " (asked before under this key; nothing was done twice)";
  } else if (!change.action.changed && !is_left(change)) {
    text += " (it was so already)";
  }
  if (!change.note.empty()) text += "; " + to_plain_utf8(change.note);
  return text;
}

/// The part of a key that all actions of one command share: their keys are `BATCH/NAME`.
std::string batch_of(const std::string& key) {
  return key.substr(0, key.find('/'));
}

/// The host of an action. Of one for many hosts the first alone is remembered.
std::string hosts_of(const ActionAnswer& action) {
  std::string text = to_plain_utf8(action.host);
  if (action.hosts > 1) text += fmt::format(" and {} more", action.hosts - 1);
  return text;
}

/// Hosts that were changed alike. They were changed one after the other, so their ends may lie
/// moments apart.
struct Alike {
  std::vector<std::string> hosts;
  std::string begin;  ///< Of a drain that is planned.
  std::string first_end;
  std::string last_end;

  void add(const ActionAnswer& action) {
    const std::string end = to_the_second(action.until);
    hosts.push_back(to_plain_utf8(action.host));
    begin = action.state == "planned" ? to_the_second(action.from) : "";
    first_end = hosts.size() == 1 ? end : std::min(first_end, end);
    last_end = std::max(last_end, end);
  }
  [[nodiscard]] std::string ends() const {
    if (last_end.empty()) return "";
    return (begin.empty() ? "" : " from " + begin) + " until " + first_end +
           (last_end == first_end ? "" : " to " + last_end);
  }
};

}  // namespace

std::string report_actions_done(const std::vector<ActionDoneAnswer>& changes, std::size_t columns) {
  std::map<std::pair<std::string, std::string>, Alike> groups;
  for (const ActionDoneAnswer& change : changes) {
    groups[{word_of(change), about(change)}].add(change.action);
  }
  std::string text;
  for (auto& [said, alike] : groups) {
    const std::string behind = alike.ends() + said.second + "\n";
    if (alike.hosts.front().empty()) {
      text += said.first + behind;
      continue;
    }
    for (const std::string& folded : fold_names(std::move(alike.hosts))) {
      text += said.first + " " + folded + behind;
    }
  }
  return wrap_lines(text, columns);
}

namespace {

/// Whose tokens were shown is a column where the collector tells it: an older one does not.
constexpr std::ptrdiff_t kTokenColumn = 4;

std::vector<std::string> action_headings(bool tells_tokens) {
  std::vector<std::string> headings = {"AT", "ACTION", "STATE", "UNTIL", "BY", "HOST", "WHY"};
  if (tells_tokens) headings.insert(headings.begin() + kTokenColumn, "TOKEN");
  return headings;
}

}  // namespace

std::string report_actions(const ActionPageAnswer& page, bool colored, std::size_t columns) {
  if (page.actions.empty()) return "No operator did anything yet.\n";
  const bool tells_tokens = std::ranges::any_of(
      page.actions, [](const ActionAnswer& action) { return !action.token_name.empty(); });
  Table table(action_headings(tells_tokens), 2);
  for (std::size_t begin = 0; begin < page.actions.size();) {
    const ActionAnswer& first = page.actions[begin];
    const auto alike = [&](const ActionAnswer& other) {
      return std::tie(other.action, other.state, other.by, other.token_name, other.why,
                      other.length, other.below,
                      other.from) == std::tie(first.action, first.state, first.by, first.token_name,
                                              first.why, first.length, first.below, first.from) &&
             batch_of(other.key) == batch_of(first.key);
    };
    std::vector<std::string> names;
    std::size_t end = begin;
    for (; end < page.actions.size() && alike(page.actions[end]); ++end) {
      names.push_back(hosts_of(page.actions[end]));
    }
    std::string action = to_plain_utf8(first.action);
    if (first.below) action += fmt::format(" below {:.0f}", *first.below);
    for (const std::string& folded : fold_names(std::move(names))) {
      std::vector<Cell> row = {{to_the_second(first.at)},
                               {action},
                               {first.state == "planned" && !first.from.empty()
                                    ? "planned from " + to_the_second(first.from)
                                    : to_plain_utf8(first.state),
                                first.state == "in force" ? Color::kYellow : Color::kNone},
                               {to_the_second(first.until)},
                               {to_plain_utf8(first.by)},
                               {folded},
                               {to_plain_utf8(first.why)}};
      if (tells_tokens) row.insert(row.begin() + kTokenColumn, {to_plain_utf8(first.token_name)});
      table.add(row);
    }
    begin = end;
  }
  std::string text = table.print(colored, columns);
  if (page.actions.size() < page.total) {
    text += fmt::format("{} of {} that are remembered; --limit shows more\n", page.actions.size(),
                        page.total);
  }
  return text;
}

std::string report_orders(const BanPageAnswer& page, bool colored, std::size_t columns) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> groups;
  for (const BanAnswer& ban : page.bans) {
    const auto text = [](const char* how, std::optional<double> generation) {
      return generation ? fmt::format("{} generation {:.0f}", how, *generation) : "";
    };
    groups[{text("up to", ban.forgotten_up_to), text("below", ban.revoked_below)}].push_back(
        to_plain_utf8(ban.host));
  }
  std::string text = fmt::format("{} hosts of {} that there is room for are forgotten or revoked\n",
                                 page.total, page.room);
  if (groups.empty()) return text;
  Table table({"FORGOTTEN", "REVOKED", "HOST"});
  for (auto& [ban, names] : groups) {
    for (const std::string& folded : fold_names(std::move(names))) {
      table.add({{ban.first}, {ban.second}, {folded}});
    }
  }
  return text + table.print(colored, columns);
}

}  // namespace flatline::cli
