#pragma once

// Turns the answers about all hosts together into JSON and back, as view_json.h does for a view.

#include <optional>
#include <string>
#include <string_view>

#include "schema/answers/census_answers.h"

namespace flatline {

std::string to_json(const CheckPageAnswer& answer);
std::string to_json(const KeysAnswer& answer);

/// These return nothing if the text is not the JSON of such an answer. They skip unknown fields.
std::optional<CheckPageAnswer> check_page_from_json(std::string_view json);
std::optional<KeysAnswer> keys_from_json(std::string_view json);

}  // namespace flatline
