#pragma once

// A list of hosts in the order, with the columns and in the form that were asked for. Pure.

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "schema/answers/view_answers.h"
#include "tools/cli/report/host_columns.h"

namespace flatline::cli {

/// Puts hosts into natural order of their names; those of the past that lack one, of their slots.
void sort_by_name(std::vector<HostRowAnswer>& hosts);

/// Puts hosts into the order of a column, those of equal values by name. What has no value stands
/// last in either direction.
void sort_by_column(std::vector<HostRowAnswer>& hosts, const HostColumn& column, bool descending);

struct TableForm {
  bool has_header = true;
  bool is_colored = false;
  std::size_t width = 0;  ///< Of the terminal; 0 stands for no end of lines.
};

/// A table for people. `No host matches.` where there is none and a header was to be.
std::string host_table(const std::vector<HostRowAnswer>& hosts,
                       const std::vector<HostColumn>& columns, const TableForm& form);

/// CSV by RFC 4180, with the names of the columns in the first record.
std::string host_csv(const std::vector<HostRowAnswer>& hosts,
                     const std::vector<HostColumn>& columns, bool has_header);

}  // namespace flatline::cli
