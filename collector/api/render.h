#pragma once

// Makes answers of views and rows. Pure: the functions are handed all that they tell, and the time.
// What the fields mean is said in schema/answers/view.capnp.

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

/// How long ago `then` was. Ages in answers are whole milliseconds: more digits say nothing.
double age_seconds(Instant then, Instant now);

/// Fills in a view's counts.
void render_counts(const Counts& counts, SummaryAnswer& answer);
std::vector<std::string> flag_names(std::uint32_t flags);
std::vector<std::string> doubt_texts(std::uint32_t doubts);

/// What a summary tells about the collector, apart from its view.
struct CollectorFacts {
  ReceiveBuffer receive_buffer;
  StorageStatus storage;
  std::optional<Freeze> freeze;  ///< The last that was ordered; empty if it could not be read.
  Instant started{};
  Duration tick{};
  std::uint64_t refused_attempts = 0;  ///< Changes that the AdminGate refused.
  std::optional<WallTime> certificate_expires = std::nullopt;  ///< Empty without TLS.
  std::uint64_t wrong_tokens = 0;
  std::string wrong_tokens_from{};  ///< The client that showed most of them; empty if nobody did.
  std::uint64_t wrong_tokens_there = 0;
};

SummaryAnswer render_summary(const ViewHead& head, const CollectorFacts& facts, Instant now);

/// One slot, copied out of the host table, and its byte of the view's planes.
struct SlotCopy {
  std::uint32_t slot = 0;
  WallTime wall{};  ///< Of the view, which tells planned drains from those in force.
  std::uint8_t planes = 0;
  HostRecord record;
  std::array<KeptMessage, kChecks> messages;
};

/// `host_table` tells the names of checks.
HostRowAnswer render_row(const SlotCopy& copy, const HostTable& host_table, Instant now);
/// A host counts as silent when it was not heard for
/// `stale_after` and a half of its intervals.
HostAnswer render_host(const SlotCopy& copy, const ViewHead& head, const HostTable& host_table,
                       unsigned stale_after, Instant now);

}  // namespace flatline
