#pragma once

// Which of the names that there are was meant by one that there is not. Pure.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/program/did_you_mean.h"

namespace flatline::cli {

/// Finds names that differ from others in case alone.
class CaseTwins {
 public:
  explicit CaseTwins(const std::vector<std::string>& names);
  /// One that differs from `name` in case alone; empty if there is none or `name` itself is there.
  [[nodiscard]] std::string of(const std::string& name) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> by_lower_;
};

}  // namespace flatline::cli
