#include "agent/service_status.h"

#include <algorithm>
#include <iterator>

#include "schema/program/status_line.h"

namespace flatline {

std::string_view service_status(const Snapshot& snapshot, const Sender::Counts& counts,
                                std::span<char> room) {
  const auto in_state = [&](CheckState state) {
    return std::count(snapshot.states.begin(), snapshot.states.end(), state);
  };
  const auto none = in_state(CheckState::kNone);
  StatusLine line(room);
  line.add("{}: {} checks", snapshot.name.view(), std::ssize(snapshot.states) - none);
  for (const CheckState state :
       {CheckState::kCritical, CheckState::kUnknown, CheckState::kWarning, CheckState::kPending}) {
    if (const auto count = in_state(state)) line.add(", {} {}", count, check_state_name(state));
  }
  line.add("; {} datagrams sent", counts.sent);
  const auto lost = counts.failed + counts.refused + counts.unresolved;
  if (lost > 0) line.add(", {} in vain or not at all", lost);
  if (snapshot.leaving) line.add("; leaving");
  return line.text();
}

}  // namespace flatline
