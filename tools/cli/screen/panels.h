#pragma once

// The parts of the fleet's screen, each as lines of at most `columns` columns. Pure.

#include <cstddef>
#include <string>
#include <vector>

#include "tools/cli/screen/changes.h"
#include "tools/cli/screen/fleet.h"
#include "tools/cli/screen/line.h"

namespace flatline::cli::screen {

/// A list with its heading: a title, which has so much room, and behind it the headings of columns,
/// which line up with those of the lines.
struct List {
  std::string title;
  std::size_t title_columns = 0;
  Line headings;
  std::vector<Line> lines;
};

/// How many lines counts() makes, whatever there is to count.
inline constexpr std::size_t kCountLines = 7;
/// The states and what stands beside them, each with a bar of its share.
std::vector<Line> counts(const SummaryAnswer& summary, std::size_t columns);

/// Groups, the worst first: of one key, or of all where `key` is empty.
List groups(const Fleet& fleet, const std::string& key, std::size_t columns);

/// Flags in words with what to do, causes, groups in trouble, and what the collector says besides.
std::vector<Line> notes(const SummaryAnswer& summary, bool is_past, std::size_t columns);

/// `none` is said where there is no change.
List changes(const std::vector<Change>& changes, const std::string& none, std::size_t columns);

/// Checks, the worst first.
List checks(const CheckPageAnswer& page, std::size_t columns);
/// What stands in their place where the past is looked at, of which no checks are stored.
List no_checks();

}  // namespace flatline::cli::screen
