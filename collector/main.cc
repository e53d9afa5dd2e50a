// flatline-collector: reads its configuration, builds the objects, runs the loop.

#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <optional>

#include "collector/api/admin_gate.h"
#include "collector/api/census_thread.h"
#include "collector/api/listener.h"
#include "collector/api/server.h"
#include "collector/config.h"
#include "collector/ingest/action_queue.h"
#include "collector/ingest/loop.h"
#include "collector/journal/check_data.h"
#include "collector/journal/journal.h"
#include "collector/service_status.h"
#include "collector/startup.h"
#include "collector/view/rotation_limits.h"
#include "schema/program/clock.h"
#include "schema/program/configuration_error.h"
#include "schema/program/cryptography.h"
#include "schema/program/descriptor_limit.h"
#include "schema/program/key_file.h"
#include "schema/program/standard_files.h"

namespace flatline {
namespace {

int run(int argc, char** argv) {
  const auto service = std::make_shared<ServiceManager>(ServiceManager::from_environment());
  const auto config = read_collector_config(argc, argv);
  if (!config) return 0;
  use_log_settings(*config);
  initialize_cryptography();
  if (config->check_data) return print_data(*config->check_data) ? 0 : 1;
  const Instant started = monotonic_now();
  End end(service);

  const auto keys = read_fleet_keys(config->fleet_keys);  // Wrong keys leave the disk as it is.
  const ConfiguredTokens tokens = read_tokens(*config, config->insecure_reads);
  const ApiOptions api_options = read_api_options(*config, tokens);
  if (config->check_only) {
    print_checked(*config, api_options);
    return 0;
  }
  require_descriptors(kCollectorDescriptors, "connections and databases");
  keep_files_private();
  HostTable host_table(config->capacity, config->messages_per_host);
  ViewBoard board(config->capacity);
  const Endpoint listen = receive_endpoint(*config, has_ipv6());
  ReceiveSocket socket(listen.host, listen.port,
                       wanted_receive_bytes(config->capacity, config->min_interval),
                       key_ids_of(keys), kOtherKeySample);
  ApiListener listener(config->api, config->others_may_ask());
  AdminGate gate("", config->capacity, started);
  Journal journal(journal_options(*config, keys.front().fleet, gate), host_table, board);
  const Instant judging = monotonic_now();  // The time that starting took is no pause.
  Fleet fleet(fleet_options(*config, keys, journal.start_number()), host_table, judging);
  ActionExecutor executor(fleet, host_table.actions());
  restore(fleet, executor, journal, judging);
  ActionQueue queue;
  open_gate(gate, *config, tokens);
  const CensusThread census(board, host_table);
  std::optional<ApiServer> api;
  ServiceBeat beat(service, board, config->tick);
  Loop loop(socket, fleet, board, config->tick,
            {[&] { return journal.degraded() || gate.has_trouble(); },
             [&] { journal.wake(), beat.tick_was_published(); },
             [&](WallTime now, std::uint32_t most) { return queue.serve(executor, now, most); },
             told_reload(service, reload_hook(argc, argv, *config, {fleet, socket, gate, api}))});
  queue.open([&loop] { loop.call(); });
  report_start(*config, keys, socket, listener);
  journal.start();
  loop.begin();
  api.emplace(listener, api_options,
              api_sources(*config, {keys.front().fleet, started, socket.buffer()}, host_table,
                          board, gate, queue, journal, census.results()));
  service->tell_ready();
  loop.run();
  end.begin();
  queue.close();
  return 0;
}

}  // namespace
}  // namespace flatline

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);  // Until the loop takes it for a reload.
  try {
    flatline::open_standard_files();
    return flatline::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flatline-collector: %s\n", error.what());
    return flatline::exit_code_of(error);
  }
}
