#include "tools/cli/report/host_columns.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "schema/answers/csv.h"
#include "schema/program/error.h"
#include "schema/wire/text.h"
#include "tools/cli/report/csv.h"
#include "tools/cli/report/hints.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"

namespace flatline::cli {
namespace {

using Row = HostRowAnswer;

constexpr std::string_view kLabelPrefix = "label:";

std::string seconds_text(double seconds) {
  std::string text;
  append_csv_seconds(text, seconds);
  return text;
}

template <typename Number>
std::string number_text(const std::optional<Number>& number) {
  return number ? std::to_string(*number) : "";
}

Cell number_cell(const std::string& text) {
  return {text, Color::kNone, true};
}

std::string beside(const Row& row) {
  std::string text;
  const auto add = [&text](bool is_so, std::string_view word) {
    if (is_so) text.append(text.empty() ? "" : " ").append(word);
  };
  add(row.warning, "warning");
  add(row.drained, "drained");
  add(is_drain_planned(row), "planned");
  add(row.flapping, "flapping");
  add(row.conflict, "conflict");
  add(row.late, "late");
  return text;
}

/// A row of the past, which has no checks, names the one that the state is laid to.
std::string state_cell_text(const Row& row) {
  return row.checks ? state_text(row) : with_check(state_text(row), row.state, row.check);
}

/// The states, worst first.
double rank_of_state(const std::string& state) {
  constexpr std::array<std::string_view, 6> kWorstFirst = {"failing", "silent",   "missing",
                                                           "unknown", "expected", "healthy"};
  return static_cast<double>(std::find(kWorstFirst.begin(), kWorstFirst.end(), state) -
                             kWorstFirst.begin());
}

/// The value of the first label with this key; empty if there is none.
std::string_view label_of(std::string_view labels, std::string_view key) {
  while (!labels.empty()) {
    const std::string_view pair = labels.substr(0, labels.find(','));
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) == key) return pair.substr(std::min(equals, pair.size() - 1) + 1);
    labels.remove_prefix(std::min(pair.size() + 1, labels.size()));
  }
  return {};
}

std::string drain_field(const Row& row, std::string DrainAnswer::*field) {
  return row.drain ? (*row.drain).*field : "";
}

}  // namespace

struct HostColumnKind {
  std::string_view name;
  bool is_stored;  ///< Whether a step of the past has it.
  Cell (*cell)(const Row& row, bool alone);
  std::string (*value)(const Row& row);
  std::optional<double> (*number)(const Row& row) = nullptr;  ///< Null if it sorts as text.
};

namespace {

std::optional<double> as_double(const std::optional<std::uint32_t>& count) {
  return count ? std::optional<double>(*count) : std::nullopt;
}

/// How a column of plain text shows itself.
template <std::string (*value)(const Row&)>
Cell text_cell(const Row& row, bool) {
  return {to_plain_utf8(value(row))};
}

std::string labels_value(const Row& row) {
  return to_plain_utf8(row.labels);
}
std::string check_value(const Row& row) {
  return csv_text(row.check);
}
std::string by_value(const Row& row) {
  return csv_text(drain_field(row, &DrainAnswer::by));
}
std::string why_value(const Row& row) {
  return csv_text(drain_field(row, &DrainAnswer::why));
}
std::string from_value(const Row& row) {
  return to_plain_utf8(drain_field(row, &DrainAnswer::from));
}
std::string until_value(const Row& row) {
  return to_plain_utf8(drain_field(row, &DrainAnswer::until));
}

/// Every column, in the order in which errors list them and CSV has them.
constexpr std::array kKinds = {
    HostColumnKind{"name", true,
                   [](const Row& row, bool) { return Cell{name_or_slot(row.name, row.slot)}; },
                   [](const Row& row) { return to_plain_utf8(row.name); }},
    HostColumnKind{"slot", true,
                   [](const Row& row, bool) { return number_cell(std::to_string(row.slot)); },
                   [](const Row& row) { return std::to_string(row.slot); },
                   [](const Row& row) { return std::optional<double>(row.slot); }},
    HostColumnKind{"state", true,
                   [](const Row& row, bool alone) {
                     return Cell{alone ? to_plain_utf8(row.state) : state_cell_text(row),
                                 color_of_state(row.state)};
                   },
                   [](const Row& row) { return to_plain_utf8(row.state); },
                   [](const Row& row) { return std::optional(rank_of_state(row.state)); }},
    HostColumnKind{"beside", true, text_cell<beside>, beside},
    HostColumnKind{"labels", false, text_cell<labels_value>, labels_value},
    HostColumnKind{"checks", false,
                   [](const Row& row, bool alone) {
                     return alone ? number_cell(number_text(row.checks)) : Cell{checks_text(row)};
                   },
                   [](const Row& row) { return number_text(row.checks); },
                   [](const Row& row) { return as_double(row.checks); }},
    HostColumnKind{
        "checks_failing", false,
        [](const Row& row, bool) { return number_cell(number_text(row.checks_failing)); },
        [](const Row& row) { return number_text(row.checks_failing); },
        [](const Row& row) { return as_double(row.checks_failing); }},
    HostColumnKind{"heard", false,
                   [](const Row& row, bool) { return Cell{heard_text(row, "late")}; },
                   [](const Row& row) {
                     return row.heard_seconds_ago ? seconds_text(*row.heard_seconds_ago) : "";
                   },
                   [](const Row& row) { return row.heard_seconds_ago; }},
    HostColumnKind{"check", true,
                   [](const Row& row, bool) { return Cell{to_plain_utf8(row.check)}; },
                   check_value},
    HostColumnKind{"message", false,
                   [](const Row& row, bool alone) {
                     return Cell{alone ? message_text(row.message, row.message_age_seconds)
                                       : detail_text(row)};
                   },
                   [](const Row& row) { return csv_text(row.message); }},
    HostColumnKind{"message_age", false,
                   [](const Row& row, bool) {
                     return number_cell(
                         row.message_age_seconds ? format_age(*row.message_age_seconds) : "");
                   },
                   [](const Row& row) {
                     return row.message_age_seconds ? seconds_text(*row.message_age_seconds) : "";
                   },
                   [](const Row& row) { return row.message_age_seconds; }},
    HostColumnKind{"drained_from", false,
                   [](const Row& row, bool) { return Cell{to_the_second(from_value(row))}; },
                   from_value},
    HostColumnKind{"drained_until", false,
                   [](const Row& row, bool) { return Cell{to_the_second(until_value(row))}; },
                   until_value},
    HostColumnKind{"drained_by", false,
                   [](const Row& row, bool) {
                     return Cell{to_plain_utf8(drain_field(row, &DrainAnswer::by))};
                   },
                   by_value},
    HostColumnKind{"drained_why", false,
                   [](const Row& row, bool) {
                     return Cell{to_plain_utf8(drain_field(row, &DrainAnswer::why))};
                   },
                   why_value},
};

const HostColumnKind* find_kind(std::string_view name) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const HostColumnKind& kind) { return kind.name == name; });
  return found == kKinds.end() ? nullptr : &*found;
}

/// The keys of all labels of all rows, in order.
std::vector<std::string> label_keys(const HostPageAnswer& page) {
  std::set<std::string, std::less<>> keys;
  for (const Row& row : page.hosts) {
    std::string_view labels = row.labels;
    while (!labels.empty()) {
      const std::string_view pair = labels.substr(0, labels.find(','));
      const std::string_view key = pair.substr(0, pair.find('='));
      if (!keys.contains(key)) keys.emplace(key);
      labels.remove_prefix(std::min(pair.size() + 1, labels.size()));
    }
  }
  return {keys.begin(), keys.end()};
}

[[noreturn]] void refuse_column(std::string_view flag, std::string_view name,
                                const std::vector<std::string>& keys, bool is_past) {
  std::vector<std::string> words;
  for (const HostColumnKind& kind : kKinds) {
    if (!is_past || kind.is_stored) words.emplace_back(kind.name);
  }
  std::string text =
      fmt::format("{}: there is no column '{}'{}; there are: {}", flag, to_plain_utf8(name),
                  is_past ? " of the past" : "", join(words, ", "));
  if (!keys.empty()) {
    std::vector<std::string> plain;
    for (const std::string& key : keys) plain.push_back(to_plain_utf8(key));
    text += ", and the labels " + join(plain, ", ");
  }
  words.insert(words.end(), keys.begin(), keys.end());
  throw UsageError(text + did_you_mean(name, words));
}

/// The column of this name, if there is one.
HostColumn column_of(std::string_view flag, std::string_view name, const HostPageAnswer& page,
                     bool is_past, bool alone) {
  if (const HostColumnKind* const kind = find_kind(name)) {
    if (is_past && !kind->is_stored) refuse_column(flag, name, {}, is_past);
    return {*kind, alone};
  }
  if (name.starts_with(kLabelPrefix) && name.size() > kLabelPrefix.size()) {
    return HostColumn(std::string{name.substr(kLabelPrefix.size())});
  }
  const std::vector<std::string> keys = label_keys(page);
  const bool is_key = std::find(keys.begin(), keys.end(), name) != keys.end();
  // Where no host matches, no host has any label, and a script is not to stumble over that.
  if (name.empty() || (!is_key && !page.hosts.empty())) refuse_column(flag, name, keys, is_past);
  return HostColumn(std::string{name});
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> names;
  while (true) {
    const std::size_t comma = list.find(',');
    names.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return names;
    list.remove_prefix(comma + 1);
  }
}

bool holds(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether another of the columns shows what this one would show besides itself.
bool is_alone(std::string_view name, const std::vector<std::string_view>& names) {
  if (name == "state") return holds(names, "beside");
  if (name == "checks") return holds(names, "checks_failing");
  if (name == "message") return holds(names, "check");
  return false;
}

}  // namespace

std::string HostColumn::name() const {
  return kind_ == nullptr ? label_ : std::string{kind_->name};
}

std::string HostColumn::heading() const {
  std::string text = to_plain_utf8(name());
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return text;
}

Cell HostColumn::cell(const HostRowAnswer& row) const {
  if (kind_ == nullptr) return {to_plain_utf8(label_of(row.labels, label_))};
  return kind_->cell(row, alone_);
}

std::string HostColumn::value(const HostRowAnswer& row) const {
  if (kind_ == nullptr) return to_plain_utf8(label_of(row.labels, label_));
  return kind_->value(row);
}

std::optional<double> HostColumn::number(const HostRowAnswer& row) const {
  return is_number() ? kind_->number(row) : std::nullopt;
}

bool HostColumn::is_number() const {
  return kind_ != nullptr && kind_->number != nullptr;
}

std::vector<HostColumn> default_columns(ColumnSet set, bool is_past) {
  std::string_view list;
  switch (set) {
    case ColumnSet::kTable:
      list = is_past ? "name,state" : "name,state,checks,heard,message";
      break;
    case ColumnSet::kWide:
      list =
          is_past ? "name,slot,state,check" : "name,slot,state,labels,checks,heard,check,message";
      break;
    case ColumnSet::kCsv:
      list = is_past ? "name,slot,state,beside,check"
                     : "name,slot,state,beside,labels,checks,checks_failing,heard,check,message,"
                       "message_age,drained_from,drained_until,drained_by,drained_why";
      break;
  }
  return choose_columns(list, {}, is_past);
}

std::vector<HostColumn> choose_columns(std::string_view list, const HostPageAnswer& page,
                                       bool is_past) {
  const std::vector<std::string_view> names = split(list);
  std::vector<HostColumn> columns;
  for (const std::string_view name : names) {
    columns.push_back(column_of("--columns", name, page, is_past, is_alone(name, names)));
  }
  return columns;
}

HostColumn choose_column(std::string_view flag, std::string_view name, const HostPageAnswer& page,
                         bool is_past) {
  return column_of(flag, name, page, is_past, false);
}

std::vector<std::string_view> column_names() {
  std::vector<std::string_view> names;
  for (const HostColumnKind& kind : kKinds) names.push_back(kind.name);
  return names;
}

}  // namespace flatline::cli
