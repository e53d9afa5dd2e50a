#pragma once

// The table of kinds. A kind is the file checks/KIND.cc, which defines make_KIND, and its line in
// agent/meson.build, from which this table is made. Nothing else knows one kind from another.

#include <memory>
#include <string>
#include <string_view>

#include "agent/checks/check.h"
#include "agent/checks/parameters.h"

namespace flatline {

/// Reads the kind's own keys and makes the check. Throws Failure about them.
using MakeCheck = std::unique_ptr<Check>(CheckParameters&);

/// The kind called `name`; null if there is none.
MakeCheck* find_kind(std::string_view name);

/// `disk, exec, load …`
std::string kind_names();

}  // namespace flatline
