#pragma once

// What operators ask of the API, and what it answers, as plain values. Their JSON is view.capnp's,
// field by field; action_json.h turns one into the other.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace flatline {

/// The body of a change. Empty text stands for a field that is absent from the JSON.
struct ActionBody {
  std::string length;  ///< `for`: how long, as `2h`.
  std::string why;
  std::string by;
  std::optional<double> below;
};

/// An action of an operator.
struct ActionAnswer {
  double number = 0;
  std::string action;
  std::string host;
  std::string by;
  std::string why;
  std::string at;
  std::string length;
  std::string until;
  std::optional<double> below;
  bool changed = false;
  std::string state;
  std::string key;
};

/// Any change that was done.
struct ActionDoneAnswer {
  ActionAnswer action;
  bool repeated = false;
  bool stored = false;
  std::string note;
};

/// GET /api/v1/actions?limit=&after=
struct ActionPageAnswer {
  std::uint32_t total = 0;
  std::string next;
  std::vector<ActionAnswer> actions;
};

/// What stands against a host until it is lifted. Numbers are generations of its credential.
struct BanAnswer {
  std::string host;
  std::optional<double> forgotten_up_to;
  std::optional<double> revoked_below;
};

/// GET /api/v1/orders?limit=&after=
struct BanPageAnswer {
  std::uint32_t total = 0;
  std::uint32_t room = 0;
  std::string next;
  std::vector<BanAnswer> bans;
};

}  // namespace flatline
