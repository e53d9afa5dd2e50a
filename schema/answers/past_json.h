#pragma once

// Turns the answers about the past into JSON and back, as view_json.h does for the present.

#include <optional>
#include <string>
#include <string_view>

#include "schema/answers/past_answers.h"

namespace flatline {

std::string to_json(const HostHistoryAnswer& answer);
std::string to_json(const FleetHistoryAnswer& answer);
std::string to_json(const HostThenAnswer& answer);
std::string to_json(const CollectorHistoryAnswer& answer);
std::string to_json(const DiffAnswer& answer);

/// Each returns nothing if the text is not the JSON of such an answer. It skips unknown fields.
std::optional<HostHistoryAnswer> host_history_from_json(std::string_view json);
std::optional<FleetHistoryAnswer> fleet_history_from_json(std::string_view json);
std::optional<HostThenAnswer> host_then_from_json(std::string_view json);
std::optional<CollectorHistoryAnswer> collector_history_from_json(std::string_view json);
std::optional<DiffAnswer> diff_from_json(std::string_view json);

}  // namespace flatline
