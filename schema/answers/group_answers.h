#pragma once

// The API's answers about groups as plain values; see view_answers.h.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace flatline {

/// How the hosts of a group are. `value` is empty for `other`, the values without a place.
struct GroupAnswer {
  std::string key;
  std::string value;
  std::uint32_t hosts = 0;
  std::uint32_t healthy = 0;
  std::uint32_t failing = 0;
  std::uint32_t silent = 0;
  std::uint32_t missing = 0;
  std::uint32_t warning = 0;
  std::uint32_t drained = 0;
  std::uint32_t judged = 0;
  std::uint32_t judged_healthy = 0;
  std::vector<std::string> flags;
  /// What its quorum asks for; both absent where it has none.
  std::optional<std::uint32_t> quorum_healthy_percent;
  std::optional<std::uint32_t> quorum_at_least;

  [[nodiscard]] bool has_quorum() const { return quorum_healthy_percent || quorum_at_least; }
};

/// A label key that hosts are grouped by.
struct GroupKeyAnswer {
  std::string key;
  std::uint32_t values = 0;      ///< How many have a place of their own.
  std::uint32_t unlabelled = 0;  ///< Hosts without a label of this key.
  std::optional<GroupAnswer> other;
};

/// GET /api/v1/groups?by=
struct GroupsAnswer {
  std::uint32_t total = 0;
  double tick = 0;
  std::string time;
  double view_age_seconds = 0;
  double tick_seconds = 0;
  std::vector<std::string> flags;
  std::vector<GroupKeyAnswer> keys;
  std::vector<GroupAnswer> groups;
};

}  // namespace flatline
