#pragma once

// JSON whose size does not follow what it says: behind it stand spaces and a newline, which mean
// nothing there (RFC 8259, section 2).

#include <cstddef>
#include <string>

#include "schema/answers/view_answers.h"

namespace flatline {

/// Makes the JSON's bytes the next multiple of `unit`.
[[nodiscard]] std::string pad_json(std::string json, std::size_t unit);

/// A summary of kSummaryBytes. What finds no room there is left out from the ends of its lists:
/// first notices, which strangers can bring about, then causes, then names of groups in trouble.
[[nodiscard]] std::string to_sized_json(const SummaryAnswer& answer);

}  // namespace flatline
