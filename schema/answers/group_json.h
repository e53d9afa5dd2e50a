#pragma once

// Turns the answers about groups into JSON and back, as view_json.h does for the rest.

#include <optional>
#include <string>
#include <string_view>

#include "schema/answers/group_answers.h"

namespace flatline {

std::string to_json(const GroupsAnswer& answer);

/// Returns nothing if the text is not the JSON of such an answer. It skips unknown fields.
std::optional<GroupsAnswer> groups_from_json(std::string_view json);

}  // namespace flatline
