#pragma once

// What main() needs between reading the configuration and running the loop. These functions turn
// the configuration into each object's options, give the fleet what the last start left, and
// connect the API's questions with those who answer them.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/api/admin_gate.h"
#include "collector/api/server.h"
#include "collector/api/sources.h"
#include "collector/config.h"
#include "collector/fleet/action_executor.h"
#include "collector/fleet/fleet.h"
#include "collector/ingest/action_queue.h"
#include "collector/ingest/receive_socket.h"
#include "collector/journal/journal.h"
#include "collector/tokens.h"
#include "schema/program/service_manager.h"

namespace flatline {

/// The key ids that the socket lets pass.
std::vector<std::uint8_t> key_ids_of(const std::vector<FleetKey>& keys);
/// The same for people: `1 and 2`.
std::string key_ids_text(const std::vector<FleetKey>& keys);
FleetOptions fleet_options(const CollectorConfig& config, std::vector<FleetKey> keys,
                           std::uint64_t start_number);
/// The gate's token is written into a folder that somebody puts in the data folder's place while
/// the collector runs (keep_admin_token). The gate must outlive the journal.
JournalOptions journal_options(const CollectorConfig& config, const FleetId& fleet,
                               AdminGate& gate);
/// Reads the certificate of the API. Throws Failure where it cannot be used.
ApiOptions read_api_options(const CollectorConfig& config, const ConfiguredTokens& tokens);
/// Gives the gate the token of the data folder, which must be there, and those that the
/// configuration names.
void open_gate(AdminGate& gate, const CollectorConfig& config, const ConfiguredTokens& tokens);

void use_log_settings(const CollectorConfig& config);

/// From now on nobody but the collector's own user may read what it writes, from the first byte on.
void keep_files_private();

/// The end of a collector that has served. It is made first, so that its line in the log is the
/// last.
class End {
 public:
  explicit End(std::shared_ptr<ServiceManager> service) : service_(std::move(service)) {}
  /// Says in the log that the collector has ended, if it began to.
  ~End();
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  /// Tells the service manager. What is left to do may wait for the disk, but from now on no longer
  /// than kEndPatience: then the process ends without it.
  void begin();

 private:
  std::shared_ptr<ServiceManager> service_;
  bool has_begun_ = false;
};

/// Says that the configuration is right, on stdout. Throws Failure if it cannot be served.
void print_checked(const CollectorConfig& config, const ApiOptions& api);
/// Says on stdout and in the log that both sockets are open, and what the kernel did not grant it.
/// Datagrams and requests wait there for the first view. Throws Failure if stdout takes nothing.
void report_start(const CollectorConfig& config, const std::vector<FleetKey>& keys,
                  const ReceiveSocket& socket, const ApiListener& listener);

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
/// table, board, gate, queue, journal and census are borrowed, and must outlive the API.
ApiSources api_sources(const CollectorConfig& config, const RunFacts& run,
                       const HostTable& host_table, const ViewBoard& board, AdminGate& gate,
                       ActionQueue& queue, Journal& journal, const CensusBoard& census);

/// Who gets what a reload takes over. All must outlive the loop.
struct Reloads {
  Fleet& fleet;
  ReceiveSocket& socket;
  AdminGate& gate;
  std::optional<ApiServer>& api;  ///< There before the loop runs.
};
/// The loop's hook for SIGHUP: reads the configuration of the same command line again. `running` is
/// what the collector was started with.
std::function<std::function<void()>()> reload_hook(int argc, char** argv,
                                                   const CollectorConfig& running,
                                                   const Reloads& reloads);

}  // namespace flatline
