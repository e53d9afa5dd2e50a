#pragma once

// The API's answers about all hosts together, as plain values. view.capnp describes the fields,
// which are the same in JSON; census_json.h turns one into the other.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace flatline {

/// What hosts that are not well have in common. Empty text stands for a field that the JSON lacks.
struct CauseAnswer {
  std::string about;
  std::string kind;
  std::string key;
  std::vector<std::string> also;
  std::uint32_t hosts = 0;
  std::uint32_t of = 0;
  std::optional<double> fleet_share;
  std::optional<double> seconds;
  std::string since;
  std::string text;
};

/// One check and how many of the hosts that report have it in each state.
struct CheckCountAnswer {
  std::string name;  ///< Empty for the others together.
  std::uint32_t hosts = 0;
  std::uint32_t ok = 0;
  std::uint32_t warning = 0;
  std::uint32_t critical = 0;
  std::uint32_t unknown = 0;
  std::uint32_t pending = 0;
};

/// GET /api/v1/checks?limit=&after=
struct CheckPageAnswer {
  std::uint32_t total = 0;
  std::string next;
  std::optional<double> age_seconds;  ///< Absent before the first census.
  std::vector<CheckCountAnswer> checks;
  std::uint32_t other_names = 0;
  std::optional<CheckCountAnswer> other;
};

/// The hosts whose credentials have one generation.
struct KeyGenerationAnswer {
  std::uint32_t generation = 0;
  std::uint32_t hosts = 0;
  std::uint32_t speaking = 0;
};

/// The hosts that spoke with one fleet key last.
struct KeyAnswer {
  std::uint32_t key_id = 0;
  std::string state;
  std::uint32_t hosts = 0;
  std::uint32_t speaking = 0;
  std::uint32_t silent = 0;
  std::uint32_t refused = 0;
  std::vector<KeyGenerationAnswer> generations;
};

/// GET /api/v1/keys
struct KeysAnswer {
  std::optional<double> age_seconds;  ///< Absent before the first census.
  std::vector<KeyAnswer> keys;
  std::uint32_t unheard = 0;
  std::uint32_t other_generations = 0;
  std::string advice;
};

}  // namespace flatline
