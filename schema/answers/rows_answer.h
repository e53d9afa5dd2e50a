#pragma once

// The answer of /api/v1/rows: a page of hosts as CSV by RFC 4180, because a fleet of a million is
// listed by it. The first record names the columns, and a reader goes by these names: it leaves out
// those that it does not know. What the page is of stands in the answer's headers:
//
//     Flatline-Total: 3
//     Flatline-Tick: 58
//     Flatline-Generation: 6b0c72b30000000e
//     Flatline-Next: 65535
//
//     name,slot,state,…
//     web-1,0,healthy,…
//
// The last page has no `Flatline-Next`. Durations are seconds, and what is absent is empty. Pure.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/answers/view_answers.h"

namespace flatline {

/// Every column, in the order in which a page has them where none are chosen.
inline constexpr std::array<std::string_view, 15> kRowColumns = {
    "name",        "slot",           "state",         "beside",     "labels",
    "checks",      "checks_failing", "heard",         "check",      "message",
    "message_age", "drained_from",   "drained_until", "drained_by", "drained_why"};

/// Columns by their places in kRowColumns.
using RowColumns = std::vector<std::size_t>;
RowColumns all_row_columns();
/// Reads `name,state`. Returns nothing if one of the names is no column's.
std::optional<RowColumns> read_row_columns(std::string_view list);

void append_row_names(std::string& text, const RowColumns& columns);
/// Appends a host's record, which is never longer than kRowBytes.
void append_row(std::string& text, const HostRowAnswer& row, const RowColumns& columns);

/// What a page is of.
struct RowsHead {
  std::uint32_t total = 0;
  double tick = 0;
  std::string generation;
  std::string next;  ///< Empty on the last page.
};
std::vector<std::pair<std::string, std::string>> rows_headers(const RowsHead& head);
/// Reads an answer's headers, whose names are in small letters. Returns nothing if they are not
/// those of such an answer.
std::optional<RowsHead> rows_head(const std::map<std::string, std::string>& headers);

/// Appends the rows of a page to `rows`. Returns false if it is not of its form, a slot does not
/// follow the one before, or a name is no host name; what `rows` then holds is not whole.
bool decode_rows(std::string_view text, std::vector<HostRowAnswer>& rows);

}  // namespace flatline
