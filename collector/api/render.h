#pragma once

// Views and rows to answers: pure, handed all that they tell and the time. What the fields mean
// stands in view.capnp.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "collector/view/host_table.h"
#include "collector/view/receive_buffer.h"
#include "collector/view/storage_status.h"
#include "collector/view/view.h"
#include "schema/answers/view_answers.h"

namespace flatline {

/// A view's counts, flags and doubts.
void render_counts(const Counts& counts, SummaryAnswer& answer);
std::vector<std::string> flag_names(std::uint32_t flags);
std::vector<std::string> doubt_texts(std::uint32_t doubts);

/// What a summary tells of the collector beside what its view does.
struct CollectorFacts {
  ReceiveBuffer receive_buffer;
  StorageStatus storage;
  std::optional<Freeze> freeze;  ///< The last that was ordered; nothing: it could not be read.
  Instant started{};
  Duration tick{};
  std::uint64_t refused_attempts = 0;  ///< Of those who are no operators.
};

SummaryAnswer render_summary(const ViewHead& head, const CollectorFacts& facts, Instant now);

/// One slot, copied out of the host table, and its byte of the view's planes.
struct SlotCopy {
  std::uint32_t slot = 0;
  std::uint8_t planes = 0;
  HostRecord record;
  std::array<KeptMessage, kChecks> messages;
};

HostRowAnswer render_row(const SlotCopy& copy, Instant now);
/// Names of checks are looked up in the table; a host is silent `stale_after` intervals and a half
/// after it was last heard.
HostAnswer render_host(const SlotCopy& copy, const ViewHead& head, const HostTable& host_table,
                       unsigned stale_after, Instant now);

}  // namespace flatline
