#pragma once

// Which keys the labels of a view's hosts have, to find the one that was meant where a filter names
// one that no host has. Pure.

#include <string>
#include <vector>

#include "collector/view/filter_evaluation.h"
#include "collector/view/view.h"

namespace flatline {

/// Each key once, in the order of the slots; at most kHintKeys of them.
std::vector<std::string> label_keys(const View& view, FilterSource& source);

}  // namespace flatline
