#pragma once

// The API's answers as plain values, which the collector fills and the command line reads.
// view.capnp describes the fields, which are the same in JSON; view_json.h turns one into the
// other.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/answers/census_answers.h"

namespace flatline {

struct CountAnswer {
  std::string name;
  double count = 0;
};

struct NoticeAnswer {
  std::string host;
  std::string address;
  std::string outcome;
  std::string detail;
  std::optional<double> seconds_ago = std::nullopt;
};

/// The API's certificate. `advice` is empty while it is good for long enough.
struct CertificateAnswer {
  std::string expires;
  double expires_seconds = 0;
  std::string advice;
};

struct WrittenAnswer {
  double writes = 0;
  double rows = 0;
  double bytes = 0;
  double pages = 0;
  double wal_frames = 0;
};

/// GET /api/v1/summary
struct SummaryAnswer {
  std::uint32_t hosts = 0;
  std::uint32_t healthy = 0;
  std::uint32_t failing = 0;
  std::uint32_t silent = 0;
  std::uint32_t unknown = 0;
  std::uint32_t expected = 0;
  std::uint32_t missing = 0;
  std::uint32_t warning = 0;
  std::uint32_t drained = 0;
  std::uint32_t flapping = 0;
  std::uint32_t conflict = 0;
  std::uint32_t capacity = 0;
  double tick = 0;
  std::string time;
  double view_age_seconds = 0;
  std::string generation;
  std::vector<std::string> flags;
  std::vector<std::string> doubts;
  /// Whether this tells of a past moment. Then nothing below is known, and the JSON has none of it.
  bool is_past = false;
  std::optional<std::uint32_t> down;
  struct {
    double lost = 0;
    double filtered = 0;
    std::vector<CountAnswer> outcomes;
  } datagrams;
  struct {
    std::uint32_t wanted_bytes = 0;
    std::uint32_t granted_bytes = 0;
    std::string advice;
  } receive_buffer;
  struct {
    std::string state;
    std::string reason;
    double lost_steps = 0;
  } storage;
  std::vector<NoticeAnswer> notices;
  struct {
    std::string version;
    double uptime_seconds = 0;
    double tick_seconds = 0;
    double late_ticks = 0;
    double worst_lateness_seconds = 0;
    double check_names_refused = 0;
    std::optional<CertificateAnswer> certificate = std::nullopt;
  } collector;
  struct {
    double tick_seconds = 0;
    double last_tick_seconds = 0;
    double worst_tick_seconds = 0;
    double lateness_seconds = 0;
    double datagrams = 0;
    double datagram_bytes = 0;
    double receive_calls = 0;
    double published_bytes = 0;
    WrittenAnswer history;
    WrittenAnswer checkpoint;
    double registry_rows = 0;
  } work;
  struct {
    std::string frozen_until;
    std::string frozen_why;
    std::string frozen_by;
    std::uint32_t tombstones = 0;
    std::uint32_t revocations = 0;
    double refused_attempts = 0;
    std::string frozen_token_name{};  ///< Whose token was shown for the freeze.
    double wrong_tokens = 0;          ///< Requests with a token that is none, or none any more.
    std::string wrong_tokens_from{};  ///< The client that sent most of them; empty if none did.
    double wrong_tokens_there = 0;    ///< How many that client sent.
  } operators;
  std::vector<CauseAnswer> causes;
  std::optional<double> causes_age_seconds;  ///< Absent before the first census.
  std::uint32_t labels_uncounted = 0;
  struct {
    double hosts = 0;
    std::string last;
    std::string last_at;
  } forgotten;
  struct {
    std::uint32_t below = 0;
    std::vector<std::string> below_names;
    std::uint32_t panic = 0;
    std::vector<std::string> panic_names;
    std::vector<CountAnswer> other;
  } groups;
};

/// What a host is drained for, or will be. `why` and `by` are empty where that is no longer
/// remembered.
struct DrainAnswer {
  std::string until;
  std::string why;
  std::string by;
  std::string from{};  ///< When it begins; empty where it began with the order.
};

/// A host in a list. Empty text stands for a field that the JSON does not have.
struct HostRowAnswer {
  std::string name;
  std::uint32_t slot = 0;
  std::string state;
  bool warning = false;
  bool drained = false;
  bool flapping = false;
  bool conflict = false;
  std::optional<double> heard_seconds_ago;
  std::string labels;
  /// How many of its checks fail, and how many it has. Both are absent for a past moment, of which
  /// no checks are stored.
  std::optional<std::uint32_t> checks_failing;
  std::optional<std::uint32_t> checks;
  std::string message;
  bool late = false;
  std::optional<double> message_age_seconds;
  std::optional<DrainAnswer> drain = std::nullopt;
  std::string check = {};  ///< Which check `message` is of.
};

/// GET /api/v1/hosts?filter=&limit=&after=
struct HostPageAnswer {
  std::uint32_t total = 0;
  std::string next;
  double tick = 0;
  std::string generation;
  std::vector<HostRowAnswer> hosts;
  std::string note;
};

struct CheckResultAnswer {
  std::uint32_t index = 0;
  std::string name;
  std::string state;
  std::optional<double> value;
  std::string message;
  std::optional<double> age_seconds;
  std::string earlier_message;
  std::optional<double> earlier_age_seconds;
};

/// GET /api/v1/hosts/{name}
struct HostAnswer {
  HostRowAnswer row;
  std::string agent_id;
  std::string address;
  std::string conflict_address;
  double interval_seconds = 0;
  double window_seconds = 0;
  double uptime_seconds = 0;
  double skew_seconds = 0;
  double lag_seconds = 0;
  double received = 0;
  double lost = 0;
  std::string agent_version;
  std::string config_hash;
  std::uint32_t key_id = 0;
  std::uint32_t credential_generation = 0;
  std::string epoch;
  double sequence = 0;
  std::string registered_at;
  std::vector<CheckResultAnswer> results;
  std::string time;
  double tick = 0;
  std::string drained_until;
  std::string reason;
};

/// Any answer that is not 200.
struct ProblemAnswer {
  std::string error;
};

}  // namespace flatline
