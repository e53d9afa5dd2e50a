#pragma once

// The table of the kinds of checks. A kind consists of the file checks/KIND.cc, which defines
// make_KIND, and of its line in agent/meson.build, from which the table is made. No other code
// knows one kind from another.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/checks/check.h"
#include "agent/checks/parameters.h"

namespace flatline {

/// Reads the kind's own keys and makes the check. It may be null where the table remembers one of
/// them as wrong.
using MakeCheck = std::unique_ptr<Check>(CheckParameters&);

/// The kind called `name`; null if there is none.
MakeCheck* find_kind(std::string_view name);

/// The names of all kinds.
std::vector<std::string_view> kinds();

/// The same for error messages: `disk, exec, load …`.
std::string kind_names();

}  // namespace flatline
