#pragma once

// Lets an operator see what is about to be done, and agree to it.

#include <string>
#include <vector>

namespace flatline::cli {

/// Shows the proposal, of one line or several, on stderr and returns when the operator agrees.
/// Throws Failure where he does not, and UsageError where nobody can be asked.
void let_agree(const std::string& proposal);

/// The names as people read them, in one line.
std::string fold_all(std::vector<std::string> names);

}  // namespace flatline::cli
