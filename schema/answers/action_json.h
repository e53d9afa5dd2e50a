#pragma once

// Turns operators' actions into JSON and back, by Cap'n Proto's JSON codec. view.capnp has the
// field names and what they mean.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "schema/answers/action_answers.h"

namespace flatline {

std::string to_json(const ActionBody& request);
std::string to_json(const ActionDoneAnswer& answer);
std::string to_json(const NamesDoneAnswer& answer);
std::string to_json(const ActionPageAnswer& answer);
std::string to_json(const BanPageAnswer& answer);
std::string to_json(const WhoamiAnswer& answer);

/// What is wrong with a body: the field, and what would be right.
struct ActionBodyError {
  std::string message;
};
/// Reads a request. Unlike an answer, it may hold no unknown field and none twice, because what an
/// operator asks for must be understood as a whole. An empty body is a request without fields.
std::variant<ActionBody, ActionBodyError> action_body_from_json(std::string_view json);
/// Reads a request that is about many hosts, and may have all fields of ActionBody.
std::variant<ActionBody, ActionBodyError> names_body_from_json(std::string_view json);

/// Each returns nothing if the text is not the JSON of such an answer. It skips unknown fields.
std::optional<ActionDoneAnswer> action_done_from_json(std::string_view json);
std::optional<NamesDoneAnswer> names_done_from_json(std::string_view json);
std::optional<ActionPageAnswer> action_page_from_json(std::string_view json);
std::optional<BanPageAnswer> ban_page_from_json(std::string_view json);
std::optional<WhoamiAnswer> whoami_from_json(std::string_view json);

}  // namespace flatline
