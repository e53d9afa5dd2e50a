#pragma once

// Turns the API's answers into JSON and back, by Cap'n Proto's JSON codec over view.capnp, which
// has the field names and what they mean.

#include <optional>
#include <string>
#include <string_view>

#include "schema/answers/view_answers.h"

namespace flatline {

std::string to_json(const SummaryAnswer& answer);
std::string to_json(const HostPageAnswer& answer);
std::string to_json(const HostAnswer& answer);
std::string to_json(const ProblemAnswer& answer);

/// Each returns nothing if the text is not the JSON of such an answer. It skips unknown fields.
std::optional<SummaryAnswer> summary_from_json(std::string_view json);
std::optional<HostPageAnswer> host_page_from_json(std::string_view json);
std::optional<HostAnswer> host_from_json(std::string_view json);
std::optional<ProblemAnswer> problem_from_json(std::string_view json);

}  // namespace flatline
