#pragma once

// The columns that a list of hosts can have. Each says what it shows to people, what it gives to
// programs, and by what it sorts. A label's key is a column, too. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/view_answers.h"
#include "tools/cli/report/table.h"

namespace flatline::cli {

struct HostColumnKind;

class HostColumn {
 public:
  /// A column of the list below. `alone` lacks what another column of the table shows: a message
  /// has no check's name before it, and no drain.
  HostColumn(const HostColumnKind& kind, bool alone) : kind_(&kind), alone_(alone) {}
  /// A label's value, by its key.
  explicit HostColumn(std::string label) : label_(std::move(label)) {}

  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::string heading() const;
  /// As people read it. Text from the network is made plain.
  [[nodiscard]] Cell cell(const HostRowAnswer& row) const;
  /// As programs read it: times are seconds, and what is absent is empty.
  [[nodiscard]] std::string value(const HostRowAnswer& row) const;
  /// The number that it sorts by, if it is one of numbers and this row has one.
  [[nodiscard]] std::optional<double> number(const HostRowAnswer& row) const;
  [[nodiscard]] bool is_number() const;

 private:
  const HostColumnKind* kind_ = nullptr;
  bool alone_ = false;
  std::string label_;
};

/// Which columns a list has where none are chosen.
enum class ColumnSet { kTable, kWide, kCsv };
std::vector<HostColumn> default_columns(ColumnSet set, bool is_past);

/// The columns that `list` names, as `name,state,role`. A name that is no column is a label's key,
/// and `label:KEY` is one in any case. Throws UsageError if a name is neither a column nor a key
/// that any of the hosts has (where there are any hosts), and, of the past, if it is not stored.
std::vector<HostColumn> choose_columns(std::string_view list, const HostPageAnswer& page,
                                       bool is_past);

/// The same for the one column that --sort names. Errors name `flag`.
HostColumn choose_column(std::string_view flag, std::string_view name, const HostPageAnswer& page,
                         bool is_past);

/// The names of all columns that are no labels.
std::vector<std::string_view> column_names();

}  // namespace flatline::cli
