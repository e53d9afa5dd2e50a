#pragma once

// Makes answers of what a census counted. Pure. What the fields mean is said in
// schema/answers/view.capnp.

#include <cstdint>
#include <string_view>

#include "collector/view/cause.h"
#include "collector/view/check_counts.h"
#include "schema/answers/census_answers.h"
#include "schema/answers/view_answers.h"

namespace flatline {

/// Fills in what the last census found, as of `moment`.
void render_causes(const Causes& causes, const Moment& moment, SummaryAnswer& answer);

/// A page of at most `limit` checks whose names come behind `after`, in the order of their bytes.
CheckPageAnswer render_checks(const CheckCounts& counts, std::string_view after,
                              std::uint32_t limit, Instant now);

}  // namespace flatline
