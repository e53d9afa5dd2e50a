#pragma once

// Makes answers of the API of what stored steps tell. Pure.

#include <cstdint>

#include "collector/view/timeline.h"
#include "collector/view/work_timeline.h"
#include "schema/answers/past_answers.h"

namespace flatline {

/// A host as its planes of that time show it. Its name is empty if it is forgotten, and `check`, to
/// which its state is laid, if there is none or its name is not known.
HostRowAnswer render_past_row(std::uint32_t slot, std::uint8_t planes, const HostName& name,
                              const CheckName& check);
HostThenAnswer render_then(const StepHead& head, std::uint32_t slot, std::uint8_t planes,
                           const HostName& name, const CheckName& check);

HostChangeAnswer render_change(const HostChange& change, const HostName& name,
                               const CheckName& before, const CheckName& after);

SpanAnswer render_span(const Span& span, const CheckName& check);

CollectorPointAnswer render_work(const WorkBucket& bucket);

/// `flags` are the names of the bucket's.
FleetPointAnswer render_point(const Bucket& bucket, std::vector<std::string> flags);
/// The names of a group's flags (flag_bit(GroupFlag)).
std::vector<std::string> group_flag_names(std::uint32_t flags);

}  // namespace flatline
