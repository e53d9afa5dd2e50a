#pragma once

// Operators' changes to JSON and back, by Cap'n Proto's JSON codec. Field names and meanings are
// view.capnp's.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "schema/answers/action_answers.h"

namespace flatline {

std::string to_json(const ActionBody& request);
std::string to_json(const ActionDoneAnswer& answer);
std::string to_json(const ActionPageAnswer& answer);
std::string to_json(const BanPageAnswer& answer);

/// What is wrong with a body: the field, and what would be right.
struct ActionBodyError {
  std::string message;
};
/// Unlike answers, a request may hold no field that is not known, and none twice: what an operator
/// asks for is understood as a whole or refused. Nothing at all is a request without fields.
std::variant<ActionBody, ActionBodyError> action_body_from_json(std::string_view json);

/// Nothing if the text is not the JSON of such an answer. Fields that it does not know are skipped.
std::optional<ActionDoneAnswer> action_done_from_json(std::string_view json);
std::optional<ActionPageAnswer> action_page_from_json(std::string_view json);
std::optional<BanPageAnswer> ban_page_from_json(std::string_view json);

}  // namespace flatline
