#pragma once

// The API's answers to JSON and back, by Cap'n Proto's JSON codec over view.capnp: the only door to
// that schema. Field names and meanings are view.capnp's.

#include <optional>
#include <string>
#include <string_view>

#include "schema/answers/view_answers.h"

namespace flatline {

std::string to_json(const SummaryAnswer& answer);
std::string to_json(const HostPageAnswer& answer);
std::string to_json(const HostAnswer& answer);
std::string to_json(const ProblemAnswer& answer);

/// Nothing if the text is not the JSON of such an answer. Fields that it does not know are skipped.
std::optional<SummaryAnswer> summary_from_json(std::string_view json);
std::optional<HostPageAnswer> host_page_from_json(std::string_view json);
std::optional<HostAnswer> host_from_json(std::string_view json);
std::optional<ProblemAnswer> problem_from_json(std::string_view json);

}  // namespace flatline
