#pragma once

// What operators ask of the API, and what it answers, as plain values. view.capnp describes the
// fields, which are the same in JSON; action_json.h turns one into the other.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace flatline {

/// The body of a request for an action. Empty text stands for a field that the JSON does not have.
struct ActionBody {
  std::string length;  ///< The field `for`: how long it shall last, as `2h`.
  std::string why;
  std::string by;
  std::optional<double> below;
  // These only where one request is about many hosts.
  std::string verb{};
  std::vector<std::string> names{};
  std::string until{};  ///< In place of `length`: when it ends, in RFC 3339.
  std::optional<double> part{};
  std::string from{};  ///< The field `at`: when a drain begins, in RFC 3339, if not at once.
};

/// An action of an operator.
struct ActionAnswer {
  double number = 0;  ///< 0 if it changed nothing, and so was not recorded.
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
  std::uint32_t hosts = 0;          ///< How many names it was asked for; `host` is the first.
  std::uint32_t hosts_changed = 0;  ///< For how many of them it changed something.
  std::string from{};               ///< When a drain begins, if that was later than its order.
  std::string token_name{};         ///< Whose token was shown: who proved to be who.
};

/// The answer to every action that was done.
struct ActionDoneAnswer {
  ActionAnswer action;
  bool repeated = false;
  bool stored = false;
  std::string note;
};

/// What came of an action for one of its names.
struct NameAnswer {
  std::string name;
  std::string result;
  std::string note;
};

/// The answer to an action for many hosts.
struct NamesDoneAnswer {
  ActionDoneAnswer done;
  std::vector<NameAnswer> answers;  ///< In the order of the request's names.
};

/// GET /api/v1/actions?limit=&after=
struct ActionPageAnswer {
  std::uint32_t total = 0;
  std::string next;
  std::vector<ActionAnswer> actions;
};

/// A ban: what keeps a host's datagrams out until somebody lifts it. The numbers are generations of
/// its credential.
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

/// GET /api/v1/whoami
struct WhoamiAnswer {
  std::string name;  ///< Empty where no token was shown and none is needed.
  std::string role;
  std::string expires;
  std::vector<std::string> actions;
  std::string note;
};

}  // namespace flatline
