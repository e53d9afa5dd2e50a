#pragma once

// An event as a line for people: `2026-11-30 02:39:00Z  web-1  healthy → failing: disk`. Pure. Text
// that came from the network is made plain before it is shown.

#include <string>

#include "schema/answers/past_answers.h"

namespace flatline::cli {

/// The kind of an event that says that a follower was cut off from `from` to `time`.
inline constexpr const char* kMissedEvent = "missed";

/// With the newline at its end.
std::string event_line(const EventAnswer& event, bool colored);

/// A change that a diff tells, as an event: first seen at `time`, and not yet at `from`.
EventAnswer event_of(const HostChangeAnswer& change, const std::string& from,
                     const std::string& time);

}  // namespace flatline::cli
