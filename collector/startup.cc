#include "collector/startup.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <memory>
#include <utility>

#include "collector/api/admin_token.h"
#include "collector/api/listener.h"
#include "collector/journal/past_files.h"
#include "collector/reload.h"
#include "schema/program/clock.h"
#include "schema/program/end_within.h"
#include "schema/program/log.h"
#include "schema/program/standard_files.h"
#include "schema/program/version.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"

namespace flatline {

std::vector<std::uint8_t> key_ids_of(const std::vector<FleetKey>& keys) {
  std::vector<std::uint8_t> ids;
  for (const FleetKey& key : keys) ids.push_back(key.key_id);
  return ids;
}

std::string key_ids_text(const std::vector<FleetKey>& keys) {
  std::vector<std::string> ids;
  for (const FleetKey& key : keys) ids.push_back(std::to_string(key.key_id));
  return join(ids, " and ");
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
  options.group_by = config.group_by;
  options.quorums = config.quorums;
  options.keys = std::move(keys);
  options.start_number = start_number;
  return options;
}

JournalOptions journal_options(const CollectorConfig& config, const FleetId& fleet,
                               AdminGate& gate) {
  JournalOptions options;
  options.fleet = fleet;
  options.folder = config.data;
  options.capacity = config.capacity;
  options.history_step = config.history_step;
  options.history_keep = config.history_keep;
  options.history_causes = config.history_causes;
  options.checkpoint_period = config.checkpoint;
  options.resize = config.resize;
  options.taken_over = [folder = config.data, &gate] {
    if (keep_admin_token(folder, gate.token())) gate.clear_trouble();
  };
  return options;
}

ApiOptions read_api_options(const CollectorConfig& config, const ConfiguredTokens& tokens) {
  return {config.api, tokens.read_token, config.api_names,
          read_certificate(config, wall_now(), true)};
}

void open_gate(AdminGate& gate, const CollectorConfig& config, const ConfiguredTokens& tokens) {
  AdminToken admin = admin_token(config.data);
  if (!admin.trouble.empty()) {
    log_warning("{}; nobody can change anything by it before that is mended and reloaded (SIGHUP)",
                admin.trouble);
  }
  gate.set_token(std::move(admin.token), std::move(admin.trouble));
  gate.set_list(tokens.list, tokens.readers_need_one);
}

void use_log_settings(const CollectorConfig& config) {
  set_log_level(config.log_level);
  set_log_format(config.log_format);
}

void keep_files_private() {
  ::umask(S_IRWXG | S_IRWXO);
}

End::~End() {
  if (has_begun_) log_info("stop: told to end");
}

void End::begin() {
  has_begun_ = true;
  service_->tell_stopping();
  end_within(kEndPatience, "flatline-collector: the disk does not answer; what it lacks is lost\n");
}

void print_checked(const CollectorConfig& config, const ApiOptions& api) {
  check_api_address(config.api, config.others_may_ask());
  const auto& certificate = api.certificate;
  print(fmt::format("ok: {} slots, udp {}, api {}{}\n", config.capacity,
                    format_endpoint(config.listen), format_endpoint(config.api),
                    certificate ? fmt::format(" (TLS, certificate of {}, expires {})",
                                              join(certificate->names(), " "),
                                              format_rfc3339(certificate->expires()))
                                : ""));
}

void report_start(const CollectorConfig& config, const std::vector<FleetKey>& keys,
                  const ReceiveSocket& socket, const ApiListener& listener) {
  const ReceiveBuffer& buffer = socket.buffer();
  if (!buffer.sufficient()) {
    log_warning(
        "receive buffer: the kernel granted {} of {} bytes; to grant all: sysctl -w "
        "net.core.rmem_max={}",
        buffer.granted_bytes, buffer.wanted_bytes, buffer.wanted_bytes / 2);
  }
  const std::string serving = fmt::format("udp={} api={}", format_address(socket.local()),
                                          format_address(listener.local()));
  print(fmt::format("ready {}\n", serving));  // Whoever cannot be told so is told why not.
  log_info("start: flatline {}, {} slots, fleet keys {}, {}", kVersion, config.capacity,
           key_ids_text(keys), serving);
}

void restore(Fleet& fleet, ActionExecutor& executor, const Journal& journal, Instant now) {
  std::size_t refused = 0;
  for (const PlacedCause& cause : journal.causes()) fleet.restore(cause);
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
                       ActionQueue& queue, Journal& journal, const CensusBoard& census) {
  return {board,
          host_table,
          run.fleet,
          config.tick,
          config.stale_after,
          run.started,
          run.receive_buffer,
          [&journal, &gate] {
            StorageStatus status = journal.status();
            if (gate.has_trouble()) status.add_trouble(Trouble::kAdminToken, gate.trouble());
            return status;
          },
          gate,
          [&queue](const ActionRequest& request, const ActionNames& names, Milliseconds patience) {
            return queue.ask(request, names, patience);
          },
          [&journal](std::uint64_t turn, Milliseconds patience) {
            return journal.wait_for_action(turn, patience);
          },
          [folder = config.data, &journal] { return open_past(folder, &journal.broken_pages()); },
          &census};
}

namespace {

/// Hands over what was read, on the loop's thread. Where the kernel does not take the filter for
/// the new keys, all stays as it was.
void take_over(const Reloads& reloads, const Reloaded& read) {
  const char* outcome = "all stays as it was";
  try {
    reloads.socket.take_only(key_ids_of(read.keys));
    outcome = "only a part of it is taken over; reload again (SIGHUP) to take over the rest";
    const std::uint32_t refused = reloads.fleet.set_keys(read.keys);
    reloads.fleet.set_quorums(read.quorums);
    reloads.gate.set_tokens(read.admin_token, read.tokens.read_token, read.tokens.list,
                            read.tokens.readers_need_one);
    reloads.api->set_certificate(read.certificate);
    set_log_level(read.log_level);
    log_info("reload: done; the live fleet keys are {}", key_ids_text(read.keys));
    if (refused > 0) {
      log_warning(
          "reload: {} hosts spoke last with a key that was dropped; they are refused until it is "
          "put back or they have new credentials (flatline keys tells who)",
          refused);
    }
  } catch (const std::exception& error) {
    log_warning("reload: {}; {}", error.what(), outcome);
  }
}

}  // namespace

std::function<std::function<void()>()> reload_hook(int argc, char** argv,
                                                   const CollectorConfig& running,
                                                   const Reloads& reloads) {
  // The keys that are live, for the next reload to compare with. One reload goes on at a time.
  const auto live = std::make_shared<std::vector<FleetKey>>(reloads.fleet.keys());
  return [=]() -> std::function<void()> {
    try {
      const auto now = read_collector_config(argc, argv);
      if (!now) return nullptr;
      const auto read = std::make_shared<Reloaded>(reload(running, *now, *live));
      return [=] {
        take_over(reloads, *read);
        *live = reloads.fleet.keys();
      };
    } catch (const std::exception& error) {
      log_warning("reload: {}; all stays as it was", error.what());
      return nullptr;
    }
  };
}

}  // namespace flatline
