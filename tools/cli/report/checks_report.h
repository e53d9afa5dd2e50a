#pragma once

// The checks of all hosts together, as text for people. Pure.

#include <cstddef>
#include <string>
#include <vector>

#include "schema/answers/census_answers.h"

namespace flatline::cli {

/// All checks that have a name, the one that fails on the most hosts first, then by those that
/// warn.
std::vector<CheckCountAnswer> worst_first(const CheckPageAnswer& page);

/// A table of checks, the one that fails on the most hosts first.
std::string report_checks(const CheckPageAnswer& page, bool colored, std::size_t columns = 0);

}  // namespace flatline::cli
