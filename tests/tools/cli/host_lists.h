#pragma once

// Lists of hosts as `ls` prints them where nothing else is asked for.

#include <string>
#include <vector>

#include "tools/cli/report/host_columns.h"
#include "tools/cli/report/host_list.h"

namespace flatline::cli {

inline std::string list_table(HostPageAnswer page, bool is_past, const TableForm& form,
                              bool by_slot) {
  std::vector<HostColumn> columns = default_columns(ColumnSet::kTable, is_past);
  if (by_slot) {
    columns.insert(columns.begin(), choose_column("--slots", "slot", page, is_past));
  } else {
    sort_by_name(page.hosts);
  }
  return host_table(page.hosts, columns, form);
}

/// A table of hosts by name; or, with `by_slot`, by slot, with its number.
inline std::string report_hosts(const HostPageAnswer& page, bool colored, std::size_t columns = 0,
                                bool by_slot = false) {
  return list_table(page, false, {true, colored, columns}, by_slot);
}

/// The same of a moment of the past.
inline std::string report_states(const HostPageAnswer& page, bool colored, std::size_t columns = 0,
                                 bool by_slot = false) {
  return list_table(page, true, {true, colored, columns}, by_slot);
}

}  // namespace flatline::cli
