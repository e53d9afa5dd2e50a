#include "collector/startup.h"

#include "collector/api/admin_token.h"
#include "collector/journal/past_files.h"
#include "schema/program/log.h"

namespace flatline {

std::vector<std::uint8_t> key_ids_of(const std::vector<FleetKey>& keys) {
  std::vector<std::uint8_t> ids;
  for (const FleetKey& key : keys) ids.push_back(key.key_id);
  return ids;
}

FleetOptions fleet_options(const CollectorConfig& config, std::vector<FleetKey> keys,
                           std::uint64_t start_number) {
  FleetOptions options;
  options.capacity = config.capacity;
  options.tick = config.tick;
  options.stale_after = config.stale_after;
  options.min_interval = config.min_interval;
  options.window = config.window;
  options.panic_below_percent = config.panic_below_percent;
  options.messages_per_host = config.messages_per_host;
  options.forget_after = config.forget_after;
  options.keys = std::move(keys);
  options.start_number = start_number;
  return options;
}

JournalOptions journal_options(const CollectorConfig& config, const FleetId& fleet,
                               const std::string& admin_token) {
  JournalOptions options;
  options.fleet = fleet;
  options.folder = config.data;
  options.capacity = config.capacity;
  options.history_step = config.history_step;
  options.history_keep = config.history_keep;
  options.checkpoint_period = config.checkpoint;
  options.resize = config.resize;
  options.taken_over = [folder = config.data, &admin_token] {
    keep_admin_token(folder, admin_token);
  };
  return options;
}

void restore(Fleet& fleet, ActionExecutor& executor, const Journal& journal, Instant now) {
  std::size_t refused = 0;
  for (const RestoredHost& tenancy : journal.restored())
    refused += fleet.restore(tenancy, now) ? 0 : 1;
  for (const PlacedBan& placed : journal.actions().bans) {
    refused += fleet.restore(placed.place, placed.ban) ? 0 : 1;
  }
  if (journal.actions().freeze) fleet.restore(*journal.actions().freeze);
  for (const ActionRecord& action : journal.actions().recent) executor.restore(action);
  if (refused > 0) log_warning("registry: {} rows do not fit and were left out", refused);
  fleet.restore_freed(journal.freed());
}

ApiSources api_sources(const CollectorConfig& config, const RunFacts& run,
                       const HostTable& host_table, const ViewBoard& board, AdminGate& gate,
                       ActionQueue& queue, Journal& journal) {
  return {board,
          host_table,
          run.fleet,
          config.tick,
          config.stale_after,
          run.started,
          run.receive_buffer,
          [&journal] { return journal.status(); },
          gate,
          [&queue](const ActionRequest& request, const ActionNames& names, Milliseconds patience) {
            return queue.ask(request, names, patience);
          },
          [&journal](std::uint64_t turn, Milliseconds patience) {
            return journal.wait_for_action(turn, patience);
          },
          [folder = config.data] { return open_past(folder); }};
}

}  // namespace flatline
