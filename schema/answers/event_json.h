#pragma once

// Turns events into JSON and back, as past_json.h does for the other answers about the past.

#include <optional>
#include <string>
#include <string_view>

#include "schema/answers/past_answers.h"

namespace flatline {

std::string to_json(const EventsAnswer& answer);
std::string to_json(const EventAnswer& answer);

/// Each returns nothing if the text is not the JSON of such an answer. It skips unknown fields.
std::optional<EventsAnswer> events_from_json(std::string_view json);
std::optional<EventAnswer> event_from_json(std::string_view json);

}  // namespace flatline
