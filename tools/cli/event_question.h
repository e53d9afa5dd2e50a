#pragma once

// Asks a collector what changed, and for all slots of a view. Throws as Client::get() does, and
// Failure where the answer is not a collector's.

#include <cstdint>
#include <string>

#include "schema/answers/names_answer.h"
#include "schema/answers/past_answers.h"
#include "schema/answers/slots_answer.h"
#include "schema/time.h"
#include "tools/cli/client.h"

namespace flatline::cli {

/// A page of events. `after` is empty for the first.
EventsAnswer ask_events(Client& client, WallTime from, WallTime to, const std::string& filter,
                        const std::string& after);

/// All slots of the newest view, or of a moment of the past.
SlotsAnswer ask_slots(Client& client, const std::string& filter);
SlotsAnswer ask_slots_at(Client& client, WallTime time, const std::string& filter);

/// A page of who has which slot, from slot `first` on.
NamesAnswer ask_names(Client& client, std::uint32_t first);

}  // namespace flatline::cli
