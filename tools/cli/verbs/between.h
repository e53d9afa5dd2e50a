#pragma once

// Compares what two collectors say of the same hosts. Each is read twice, a tick apart, because
// they tick at different moments: what differs at both readings is told.

#include <string>

#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {

/// `first` and `second` are collectors of the file of contexts, or addresses; where both are empty,
/// they are the two of the context. Returns the exit code, which is 0 also where they differ.
/// Throws Failure where one does not answer.
int diff_between(Session& session, const std::string& first, const std::string& second);

}  // namespace flatline::cli
