#pragma once

// Makes answers of the API of what stored steps tell. Pure.

#include <cstdint>

#include "collector/view/timeline.h"
#include "schema/answers/past_answers.h"

namespace flatline {

/// A host as its planes of that time show it. Its name is empty if it is forgotten.
HostRowAnswer render_past_row(std::uint32_t slot, std::uint8_t planes, const HostName& name);

HostChangeAnswer render_change(const HostChange& change, const HostName& name);

SpanAnswer render_span(const Span& span);

FleetPointAnswer render_point(const Bucket& bucket);

}  // namespace flatline
