#pragma once

// What was found, held against what is promised.

#include <string>
#include <vector>

namespace flatline::bench {

struct Finding {
  bool holds = false;
  std::string text;
  bool is_left_out = false;  ///< There was too little to tell: neither holds nor is broken.
};

/// A line each.
std::string format_findings(const std::vector<Finding>& findings);
/// An array's items.
std::string findings_json(const std::vector<Finding>& findings);

/// Prints how many hold and how many are broken; returns the exit code.
int conclude(const std::vector<Finding>& findings);

}  // namespace flatline::bench
