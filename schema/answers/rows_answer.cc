#include "schema/answers/rows_answer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "schema/answers/csv.h"
#include "schema/limits.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

/// A column's place in kRowColumns.
enum Column : std::size_t {
  kName,
  kSlot,
  kState,
  kBeside,
  kLabels,
  kChecksOf,
  kChecksFailing,
  kHeard,
  kCheck,
  kMessage,
  kMessageAge,
  kDrainedFrom,
  kDrainedUntil,
  kDrainedBy,
  kDrainedWhy,
};
static_assert(kRowColumns[kName] == "name" && kRowColumns[kDrainedWhy] == "drained_why");
static_assert(kDrainedWhy + 1 == kRowColumns.size());

/// Two quotes for each of the texts that people and hosts write, which may be of quotes alone;
/// names and labels as they are; numbers, times, words and commas.
static_assert(2 * (kCheckNameBytes + kMessageBytes + kByBytes + kWhyBytes) + kNameBytes +
                  kLabelsBytes + 256 <
              kRowBytes);
/// The largest page is one that a client takes.
static_assert(kRowsPageBytes + 2 * kRowBytes < kMaxAnswerBytes);

// --- Writing ------------------------------------------------------------------------------------

template <typename Number>
void append_number(std::string& text, Number number) {
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// Text that somebody wrote: what is not plain is made so.
void append_text(std::string& text, const std::string& value) {
  append_csv_field(text, is_plain_utf8(value) ? value : to_plain_utf8(value));
}

/// The bits beside the state, as words with spaces between.
struct BesideWord {
  std::string_view word;
  bool HostRowAnswer::*bit;
};
constexpr std::array<BesideWord, 5> kBesideWords = {{{"warning", &HostRowAnswer::warning},
                                                     {"drained", &HostRowAnswer::drained},
                                                     {"flapping", &HostRowAnswer::flapping},
                                                     {"conflict", &HostRowAnswer::conflict},
                                                     {"late", &HostRowAnswer::late}}};

void append_beside(std::string& text, const HostRowAnswer& row) {
  const std::size_t begin = text.size();
  for (const auto& [word, bit] : kBesideWords) {
    if (!(row.*bit)) continue;
    if (text.size() > begin) text += ' ';
    text += word;
  }
}

void append_drain(std::string& text, const HostRowAnswer& row, std::string DrainAnswer::*field) {
  if (row.drain) append_text(text, (*row.drain).*field);
}

void append_column(std::string& text, const HostRowAnswer& row, std::size_t column) {
  switch (column) {
    case kName:
      return append_text(text, row.name);
    case kSlot:
      return append_number(text, row.slot);
    case kState:
      text += row.state;
      return;
    case kBeside:
      return append_beside(text, row);
    case kLabels:
      return append_text(text, row.labels);
    case kChecksOf:
      if (row.checks) append_number(text, *row.checks);
      return;
    case kChecksFailing:
      if (row.checks_failing) append_number(text, *row.checks_failing);
      return;
    case kHeard:
      if (row.heard_seconds_ago) append_csv_seconds(text, *row.heard_seconds_ago);
      return;
    case kCheck:
      return append_text(text, row.check);
    case kMessage:
      return append_text(text, row.message);
    case kMessageAge:
      if (row.message_age_seconds) append_csv_seconds(text, *row.message_age_seconds);
      return;
    case kDrainedFrom:
      return append_drain(text, row, &DrainAnswer::from);
    case kDrainedUntil:
      return append_drain(text, row, &DrainAnswer::until);
    case kDrainedBy:
      return append_drain(text, row, &DrainAnswer::by);
    default:
      return append_drain(text, row, &DrainAnswer::why);
  }
}

// --- Reading ------------------------------------------------------------------------------------

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// These two may be absent.
bool read_count(std::string_view text, std::optional<std::uint32_t>& count) {
  return text.empty() || read_number(text, count.emplace());
}
bool read_seconds(std::string_view text, std::optional<double>& seconds) {
  return text.empty() || (read_number(text, seconds.emplace()) && std::isfinite(*seconds));
}

/// Words that a later collector has besides are left out.
bool read_beside(std::string_view text, HostRowAnswer& row) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    for (const auto& [known, bit] : kBesideWords) {
      if (word == known) row.*bit = true;
    }
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return true;
}

bool take(std::string& into, std::string_view text) {
  into = text;
  return true;
}

bool take_drain(HostRowAnswer& row, std::string DrainAnswer::*field, std::string_view text) {
  if (text.empty()) return true;
  if (!row.drain) row.drain.emplace();
  return take((*row.drain).*field, text);
}

/// Puts a field into the row. False if it is not of its form.
bool take_column(HostRowAnswer& row, std::size_t column, std::string_view text) {
  switch (column) {
    case kName:
      return is_host_name(text) && take(row.name, text);
    case kSlot:
      return read_number(text, row.slot) && row.slot < kMaxCapacity;
    case kState:
      return take(row.state, text);
    case kBeside:
      return read_beside(text, row);
    case kLabels:
      return take(row.labels, text);
    case kChecksOf:
      return read_count(text, row.checks);
    case kChecksFailing:
      return read_count(text, row.checks_failing);
    case kHeard:
      return read_seconds(text, row.heard_seconds_ago);
    case kCheck:
      return take(row.check, text);
    case kMessage:
      return take(row.message, text);
    case kMessageAge:
      return read_seconds(text, row.message_age_seconds);
    case kDrainedFrom:
      return take_drain(row, &DrainAnswer::from, text);
    case kDrainedUntil:
      return take_drain(row, &DrainAnswer::until, text);
    case kDrainedBy:
      return take_drain(row, &DrainAnswer::by, text);
    case kDrainedWhy:
      return take_drain(row, &DrainAnswer::why, text);
    default:
      return true;  // A column of a later collector.
  }
}

std::size_t column_of(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(kRowColumns, name) - kRowColumns.begin());
}

/// The columns of a page. Nothing if it does not begin with their names, or none is a host's name.
std::optional<RowColumns> read_row_names(CsvReader& reader) {
  RowColumns columns;
  do {
    const auto name = reader.next();
    if (!name) return std::nullopt;
    columns.push_back(column_of(*name));
  } while (!reader.ended_line());
  const bool has_both = std::ranges::count(columns, std::size_t{kName}) == 1 &&
                        std::ranges::count(columns, std::size_t{kSlot}) == 1;
  return has_both ? std::optional(columns) : std::nullopt;
}

bool read_row(CsvReader& reader, const RowColumns& columns, HostRowAnswer& row) {
  for (const std::size_t& column : columns) {
    const auto field = reader.next();
    const bool is_last = &column == &columns.back();
    if (!field || reader.ended_line() != is_last || !take_column(row, column, *field)) return false;
  }
  return true;
}

}  // namespace

RowColumns all_row_columns() {
  RowColumns columns;
  for (std::size_t i = 0; i < kRowColumns.size(); ++i) columns.push_back(i);
  return columns;
}

std::optional<RowColumns> read_row_columns(std::string_view list) {
  RowColumns columns;
  while (true) {
    const std::string_view name = list.substr(0, list.find(','));
    columns.push_back(column_of(name));
    // A column that is named twice would make a page longer than it may be.
    const bool is_known = columns.back() < kRowColumns.size();
    if (!is_known || std::ranges::count(columns, columns.back()) > 1) return std::nullopt;
    if (name.size() == list.size()) return columns;
    list.remove_prefix(name.size() + 1);
  }
}

void append_row_names(std::string& text, const RowColumns& columns) {
  for (const std::size_t& column : columns) {
    if (&column != &columns.front()) text += ',';
    text += kRowColumns[column];
  }
  text += "\r\n";
}

void append_row(std::string& text, const HostRowAnswer& row, const RowColumns& columns) {
  const std::size_t begin = text.size();
  for (const std::size_t& column : columns) {
    if (&column != &columns.front()) text += ',';
    append_column(text, row, column);
  }
  // A record of one empty field would look like an empty line, which readers leave out.
  if (text.size() == begin) text += "\"\"";
  text += "\r\n";
}

std::vector<std::pair<std::string, std::string>> rows_headers(const RowsHead& head) {
  std::vector<std::pair<std::string, std::string>> headers = {
      {"Flatline-Total", std::to_string(head.total)},
      {"Flatline-Tick", std::to_string(static_cast<std::uint64_t>(head.tick))},
      {"Flatline-Generation", head.generation}};
  if (!head.next.empty()) headers.emplace_back("Flatline-Next", head.next);
  return headers;
}

std::optional<RowsHead> rows_head(const std::map<std::string, std::string>& headers) {
  const auto value = [&](const char* name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
  };
  RowsHead head{0, 0, value("flatline-generation"), value("flatline-next")};
  std::uint64_t tick = 0;
  if (!read_number(value("flatline-total"), head.total) || head.total > kMaxCapacity ||
      !read_number(value("flatline-tick"), tick)) {
    return std::nullopt;
  }
  head.tick = static_cast<double>(tick);
  return head;
}

bool decode_rows(std::string_view text, std::vector<HostRowAnswer>& rows) {
  CsvReader reader(text);
  const auto columns = read_row_names(reader);
  if (!columns) return false;
  std::int64_t last = -1;
  while (!reader.is_over()) {
    HostRowAnswer& row = rows.emplace_back();
    if (!read_row(reader, *columns, row) || row.slot <= last) return false;
    last = row.slot;
  }
  return true;
}

}  // namespace flatline
