#pragma once

// The API's answers about the past, as plain values. view.capnp describes the fields, which are the
// same in JSON; past_json.h turns one into the other. The summary, the hosts and the bitmap of a
// past moment have the types of the present's (view_answers.h, bitmap_answer.h).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/answers/view_answers.h"

namespace flatline {

/// The states that a span can have beside a host's: the host was not registered then; whether it
/// was is not remembered; or no step was stored.
inline constexpr const char* kAbsentState = "absent";
inline constexpr const char* kUnrememberedState = "unremembered";
inline constexpr const char* kGapState = "gap";

struct SpanAnswer {
  std::string from;
  std::string to;
  std::string state;
  bool warning = false;
  bool drained = false;
  bool flapping = false;
  bool conflict = false;
  std::string check = {};
};

/// GET /api/v1/at/hosts/{name}?time=
struct HostThenAnswer {
  std::string name;
  std::uint32_t slot = 0;
  std::string state;
  bool warning = false;
  bool drained = false;
  bool flapping = false;
  bool conflict = false;
  std::string check;
  std::string time;
  double tick = 0;
  std::string generation;
};

/// GET /api/v1/hosts/{name}/history?from=&to=&after=
struct HostHistoryAnswer {
  std::string name;
  std::string from;
  std::string to;
  double step_seconds = 0;
  double watched_seconds = 0;
  double healthy_seconds = 0;
  double gap_seconds = 0;
  std::uint32_t total = 0;
  std::string next;
  std::vector<SpanAnswer> spans;
};

struct FleetPointAnswer {
  std::string from;
  std::string time;
  std::uint32_t steps = 0;
  std::uint32_t missing = 0;
  std::uint32_t hosts = 0;
  std::uint32_t healthy = 0;
  std::uint32_t failing = 0;
  std::uint32_t silent = 0;
  std::uint32_t unknown = 0;
  std::uint32_t expected = 0;
  std::uint32_t missing_hosts = 0;
  std::vector<std::string> flags;
};

/// GET /api/v1/history?from=&to=&points=&group=
struct FleetHistoryAnswer {
  std::string from;
  std::string to;
  double step_seconds = 0;
  double bucket_seconds = 0;
  std::vector<FleetPointAnswer> points;
  std::string group = {};
};

/// The rates are there where `seconds` is above zero.
struct CollectorPointAnswer {
  std::string from;
  std::uint32_t steps = 0;
  std::uint32_t starts = 0;
  double seconds = 0;
  std::optional<double> datagrams_per_second;
  std::optional<double> bytes_per_second;
  std::optional<double> published_bytes_per_second;
  std::optional<double> processor_share;
  std::optional<double> tick_share;
  std::optional<double> worst_tick_seconds;
  std::vector<std::string> flags;
};

/// GET /api/v1/collector/history?from=&to=&points=
struct CollectorHistoryAnswer {
  std::string from;
  std::string to;
  double step_seconds = 0;
  double bucket_seconds = 0;
  std::vector<CollectorPointAnswer> points;
};

struct HostChangeAnswer {
  std::string name;
  std::uint32_t slot = 0;
  std::string kind;
  std::string before;
  std::string after;
  std::vector<std::string> beside;
  std::string check_before = {};
  std::string check_after = {};
};

/// GET /api/v1/diff?from=&to=&limit=&after=
struct DiffAnswer {
  std::string from;
  std::string to;
  std::uint32_t changed = 0;
  std::uint32_t came = 0;
  std::uint32_t went = 0;
  std::uint32_t unremembered = 0;
  std::vector<CountAnswer> planes;
  std::uint32_t total = 0;
  std::string next;
  std::vector<HostChangeAnswer> changes;
  std::string note;
};

/// An element of EventsAnswer, and a line of `flatline events -o json`.
struct EventAnswer {
  std::string time;
  std::string kind;
  std::string name = {};
  std::optional<std::uint32_t> slot = {};
  std::string before = {};
  std::string after = {};
  std::vector<std::string> beside = {};
  std::string check_before = {};
  std::string check_after = {};
  std::string from = {};
  std::optional<std::uint32_t> hosts = {};
  std::vector<std::string> names = {};
  bool operator==(const EventAnswer&) const = default;
};

/// The kinds of events that are about no host.
inline constexpr const char* kGapEvent = "gap";
inline constexpr const char* kStartedEvent = "started";
inline constexpr const char* kFlagsEvent = "flags";

/// GET /api/v1/events?from=&to=&filter=&limit=&after=
struct EventsAnswer {
  std::string from;
  std::string to;
  double step_seconds = 0;
  std::string next;
  std::vector<EventAnswer> events;
  std::string note;
};

}  // namespace flatline
