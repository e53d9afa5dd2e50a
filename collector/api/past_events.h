#pragma once

// What changed from step to step over a stretch of time, as a list of events. It is computed from
// neighbouring steps when somebody asks; no event is stored. A page compares at most kEventSteps
// steps, fewer the more slots there are (kEventSlots), and says where the next one goes on.

#include <cstdint>
#include <optional>
#include <string>

#include "collector/api/past.h"
#include "collector/view/filter.h"
#include "schema/answers/past_answers.h"

namespace flatline {

/// Where a page begins: behind so many events of the pair whose earlier step has this number.
struct EventCursor {
  std::uint64_t step = 0;
  std::uint64_t told = 0;
};
/// Reads `after=`, as 178000000-12. Returns nothing for anything else.
std::optional<EventCursor> read_event_cursor(const std::string& text);

struct EventQuestion {
  WallTime from{};
  WallTime to{};
  std::optional<EventCursor> after{};
  std::uint32_t limit = 0;
};

/// The events of the steps from `from` to `to`, both included, of hosts that match `filter` before
/// or after (null: of all). A time without steps is an event itself, as is a start of the
/// collector.
EventsAnswer events_of(Past& past, const EventQuestion& question, const Filter* filter);

}  // namespace flatline
