#pragma once

// Holds what a host's row tells (checks, agent, configuration, key) against all such terms of a
// filter at once. Pure.

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "collector/view/filter.h"
#include "collector/view/host_table.h"

namespace flatline {

class RowMatcher {
 public:
  /// The terms must outlive the matcher. Names of checks are looked up here once, so that a row
  /// only needs their ids: a name that comes meanwhile is not found yet.
  RowMatcher(std::span<const RowTerm> terms,
             const std::function<CheckName(CheckNameId)>& check_name);

  /// A bit for each term that the host matches. Of `record` it reads the members from `states` to
  /// `key_id`.
  [[nodiscard]] std::uint32_t match(const HostRecord& record) const;

 private:
  [[nodiscard]] std::uint32_t match_checks(const HostRecord& record) const;

  std::span<const RowTerm> terms_;
  std::uint32_t check_terms_ = 0;
  std::uint32_t other_terms_ = 0;
  std::array<std::uint32_t, kCheckStates> by_state_{};  ///< The check terms that ask for a state.
  std::vector<std::uint32_t> by_name_;                  ///< The check terms that a name matches.
};

}  // namespace flatline
