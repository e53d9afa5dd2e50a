#pragma once

// Views and rows to answers: pure, handed the time. What the fields mean stands in view.capnp.

#include <array>
#include <span>
#include <string>
#include <vector>

#include "collector/api/server.h"
#include "collector/view/view.h"
#include "schema/answers/view_answers.h"

namespace flatline {

/// A view's counts, flags and doubts.
void render_counts(const Counts& counts, SummaryAnswer& answer);
std::vector<std::string> flag_names(std::uint32_t flags);
std::vector<std::string> doubt_texts(std::uint32_t doubts);

SummaryAnswer render_summary(const ViewHead& head, const ApiSources& sources, Instant now);

/// One slot, copied out of the host table, and its byte of the view's planes.
struct SlotCopy {
  std::uint32_t slot = 0;
  std::uint8_t planes = 0;
  HostRecord record;
  std::array<KeptMessage, kChecks> messages;
};

HostRowAnswer render_row(const SlotCopy& copy, Instant now);
HostAnswer render_host(const SlotCopy& copy, const ViewHead& head, const ApiSources& sources,
                       Instant now);

}  // namespace flatline
