#pragma once

// What main() needs between reading the configuration and running the loop. These functions turn
// the configuration into each object's options, give the fleet what the last start left, and
// connect the API's questions with those who answer them.

#include <string>
#include <vector>

#include "collector/api/sources.h"
#include "collector/config.h"
#include "collector/fleet/action_executor.h"
#include "collector/fleet/fleet.h"
#include "collector/ingest/action_queue.h"
#include "collector/journal/journal.h"

namespace flatline {

/// The key ids that the socket lets pass.
std::vector<std::uint8_t> key_ids_of(const std::vector<FleetKey>& keys);
FleetOptions fleet_options(const CollectorConfig& config, std::vector<FleetKey> keys,
                           std::uint64_t start_number);
/// `admin_token` is written into a folder that somebody puts in the data folder's place while the
/// collector runs (keep_admin_token). It is borrowed, because it is read only after the journal was
/// made; it must outlive the journal.
JournalOptions journal_options(const CollectorConfig& config, const FleetId& fleet,
                               const std::string& admin_token);

/// Gives fleet and executor what the journal kept of the last start. Rows that do not fit are left
/// out, and a line in the log counts them.
void restore(Fleet& fleet, ActionExecutor& executor, const Journal& journal, Instant now);

/// What the API tells about this run, apart from its configuration.
struct RunFacts {
  FleetId fleet{};
  Instant started{};
  ReceiveBuffer receive_buffer;
};
/// Connects the API's questions with those who answer them. Actions go to the loop through `queue`,
/// the journal tells what is on the disk, and the past is read from the data folder's files. Host
/// table, board, gate, queue and journal are borrowed, and must outlive the API.
ApiSources api_sources(const CollectorConfig& config, const RunFacts& run,
                       const HostTable& host_table, const ViewBoard& board, AdminGate& gate,
                       ActionQueue& queue, Journal& journal);

}  // namespace flatline
