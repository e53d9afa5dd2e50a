// flatline-collector: reads its configuration, builds the objects, runs the loop.

#include <fmt/core.h>

#include <csignal>
#include <cstdio>

#include "collector/api/admin_gate.h"
#include "collector/api/admin_token.h"
#include "collector/api/listener.h"
#include "collector/api/server.h"
#include "collector/config.h"
#include "collector/ingest/action_queue.h"
#include "collector/ingest/loop.h"
#include "collector/journal/check_data.h"
#include "collector/journal/journal.h"
#include "collector/startup.h"
#include "schema/program/clock.h"
#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "schema/program/log.h"
#include "schema/program/standard_files.h"
#include "schema/program/token_file.h"

namespace flatline {
namespace {

void report_buffer(const ReceiveBuffer& buffer) {
  if (buffer.sufficient()) return;
  log_warning(
      "receive buffer: the kernel granted {} of {} bytes; to grant all: sysctl -w "
      "net.core.rmem_max={}",
      buffer.granted_bytes, buffer.wanted_bytes, buffer.wanted_bytes / 2);
}

int run(int argc, char** argv) {
  const auto config = read_collector_config(argc, argv);
  if (!config) return 0;
  set_log_level(config->log_level);
  initialize_cryptography();
  if (config->check_data) return print_data(*config->check_data) ? 0 : 1;
  const Instant started = monotonic_now();

  const auto keys = read_fleet_keys(config->fleet_keys);  // Wrong keys leave the disk as it is.
  const std::string token = config->read_token ? read_token_file(*config->read_token) : "";
  if (config->check_only) {
    check_api_address(config->api, config->others_may_ask());
    print(fmt::format("ok: {} slots, udp {}, api {}\n", config->capacity,
                      format_endpoint(config->listen), format_endpoint(config->api)));
    return 0;
  }
  HostTable host_table(config->capacity, config->messages_per_host);
  ViewBoard board(config->capacity);
  ReceiveSocket socket(config->listen.host, config->listen.port,
                       wanted_receive_bytes(config->capacity, config->min_interval),
                       key_ids_of(keys));
  ApiListener listener(config->api, config->others_may_ask());
  std::string operators;  // Their token, read once its folder is there.
  Journal journal(journal_options(*config, keys.front().fleet, operators), host_table, board);
  const Instant judging = monotonic_now();  // The time that starting took is no pause.
  Fleet fleet(fleet_options(*config, keys, journal.start_number()), host_table, judging);
  ActionExecutor executor(fleet, host_table.actions());
  restore(fleet, executor, journal, judging);
  ActionQueue queue;
  operators = admin_token(config->data);
  AdminGate gate(operators, config->capacity, judging);
  Loop loop(socket, fleet, board, config->tick,
            {[&journal] { return journal.degraded(); }, [&journal] { journal.wake(); },
             [&](WallTime now, std::uint32_t most) { return queue.serve(executor, now, most); }});
  queue.open([&loop] { loop.call(); });
  ApiServer api(listener, {config->api, token},
                api_sources(*config, {keys.front().fleet, started, socket.buffer()}, host_table,
                            board, gate, queue, journal));
  journal.start();

  report_buffer(socket.buffer());
  print(fmt::format("ready udp={} api={}\n", format_address(socket.local()), api.address()));
  loop.run();
  queue.close();
  return 0;
}

}  // namespace
}  // namespace flatline

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    flatline::open_standard_files();
    return flatline::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flatline-collector: %s\n", error.what());
    return dynamic_cast<const flatline::UsageError*>(&error) != nullptr ? 2 : 1;
  }
}
