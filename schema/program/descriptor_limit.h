#pragma once

// How many files a program may have open. The soft limit is often a small one that suits old
// programs; any program may raise it to the hard one, which is the administrator's.

#include <string_view>

namespace flatline {

/// Raises the soft limit to `need`, if it is lower. Throws Failure with both numbers, what needs
/// them, and what would be right, if the hard limit is lower.
void require_descriptors(unsigned need, std::string_view what_for);

}  // namespace flatline
