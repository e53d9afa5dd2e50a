#pragma once

// Between configuration and objects: what each is built with, and what the fleet gets back from the
// last start.

#include <string>
#include <vector>

#include "collector/api/sources.h"
#include "collector/config.h"
#include "collector/fleet/action_executor.h"
#include "collector/fleet/fleet.h"
#include "collector/ingest/action_queue.h"
#include "collector/journal/journal.h"

namespace flatline {

FleetOptions fleet_options(const CollectorConfig& config, std::vector<FleetKey> keys,
                           std::uint64_t start_number);
/// `admin_token` is what a folder put in the data folder's place gets; it may be known later.
JournalOptions journal_options(const CollectorConfig& config, const FleetId& fleet,
                               const std::string& admin_token);

/// Gives the fleet what the journal kept. Rows that do not fit are left out, with a line in the
/// log.
void restore(Fleet& fleet, ActionExecutor& executor, const Journal& journal, Instant now);

/// What the API tells of this run beside its configuration.
struct RunFacts {
  FleetId fleet{};
  Instant started{};
  ReceiveBuffer receive_buffer;
};
/// Leads the API's questions to who answers them: actions to the loop by way of `queue`, the past
/// and the state of the disk to the journal. All must outlive the API.
ApiSources api_sources(const CollectorConfig& config, const RunFacts& run,
                       const HostTable& host_table, const ViewBoard& board, AdminGate& gate,
                       ActionQueue& queue, Journal& journal);

}  // namespace flatline
