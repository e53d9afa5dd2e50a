#include "collector/reload.h"

#include <fmt/core.h>

#include <algorithm>

#include "collector/api/admin_token.h"
#include "collector/api/certificate_time.h"
#include "collector/api/listener.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "schema/wire/text.h"

namespace flatline {

std::vector<std::string> settings_refused(const CollectorConfig& running,
                                          const CollectorConfig& now) {
  std::vector<std::string> refused;
  const auto compare = [&](const char* name, const auto& before, const auto& after) {
    if (!(before == after)) refused.emplace_back(name);
  };
  compare("listen", running.listen, now.listen);
  compare("api", running.api, now.api);
  compare("data", running.data, now.data);
  compare("capacity", running.capacity, now.capacity);
  compare("tick", running.tick, now.tick);
  compare("stale_after", running.stale_after, now.stale_after);
  compare("window", running.window, now.window);
  compare("min_interval", running.min_interval, now.min_interval);
  compare("panic_below", running.panic_below_percent, now.panic_below_percent);
  compare("messages_per_host", running.messages_per_host, now.messages_per_host);
  compare("history_step", running.history_step, now.history_step);
  compare("history_keep", running.history_keep, now.history_keep);
  compare("history_causes", running.history_causes, now.history_causes);
  compare("checkpoint", running.checkpoint, now.checkpoint);
  compare("group_by", running.group_by, now.group_by);
  compare("forget_after", running.forget_after, now.forget_after);
  compare("api_names", running.api_names, now.api_names);
  // Which files these are may change, but not whether TLS is spoken.
  compare("api_cert", running.api_cert.has_value(), now.api_cert.has_value());
  compare("insecure_reads", running.insecure_reads, now.insecure_reads);
  compare("log_format", running.log_format, now.log_format);
  return refused;
}

void check_keys(const std::vector<FleetKey>& live, const std::vector<FleetKey>& keys) {
  for (const FleetKey& key : keys) {
    if (key.fleet != live.front().fleet) {
      throw Failure(
          "fleet_keys: these are another fleet's keys, which takes a restart and a data "
          "folder of its own");
    }
    const auto same_id = std::ranges::find(live, key.key_id, &FleetKey::key_id);
    if (same_id != live.end() && same_id->key != key.key) {
      throw Failure(fmt::format(
          "fleet_keys: key id {} is live with other bytes; a new key needs an id of its own",
          key.key_id));
    }
  }
}

void check_quorums(const std::vector<LabelText>& group_by, const std::vector<QuorumRule>& quorums) {
  for (const QuorumRule& rule : quorums) {
    if (std::ranges::find(group_by, rule.key) != group_by.end()) continue;
    throw Failure(fmt::format(
        "quorum: {} is of a key that this collector was not started with; group_by takes a restart",
        group_name(rule.key, rule.value)));
  }
}

std::shared_ptr<const Certificate> read_certificate(const CollectorConfig& config, WallTime now,
                                                    bool at_start) {
  if (!config.api_cert) return nullptr;
  auto read = std::make_shared<const Certificate>(*config.api_cert, *config.api_key);
  const std::string refused = refused_for_its_time(read->begins(), read->expires(), now);
  if (!refused.empty() && !at_start) {
    log_warning("reload: {}: {}; the certificate that is shown stays", config.api_cert->string(),
                refused);
    return nullptr;
  }
  if (!refused.empty()) {
    log_warning("{}: {}; clients refuse it until it is renewed and reloaded (SIGHUP)",
                config.api_cert->string(), refused);
  } else if (const std::string advice = certificate_advice(read->expires(), now); !advice.empty()) {
    log_warning("{}: {}", config.api_cert->string(), advice);
  }
  if (read->names().empty()) {
    log_warning(
        "{}: names no host by subjectAltName, as DNS:mon-1.example or IP:192.0.2.7; browsers "
        "refuse it",
        config.api_cert->string());
  }
  return read;
}

Reloaded reload(const CollectorConfig& running, const CollectorConfig& now,
                const std::vector<FleetKey>& live) {
  Reloaded read;
  read.keys = read_fleet_keys(now.fleet_keys);
  check_keys(live, read.keys);
  read.tokens = read_tokens(now, running.insecure_reads);
  CollectorConfig asked = now;  // What takes a restart is as it was.
  asked.insecure_reads = running.insecure_reads;
  asked.api_cert = running.api_cert;
  check_api_address(running.api, asked.others_may_ask());
  if (running.api_cert) read.certificate = read_certificate(now, wall_now(), false);
  read.log_level = now.log_level;
  check_quorums(running.group_by, now.quorums);
  read.quorums = now.quorums;
  const AdminToken admin = admin_token(running.data);
  if (admin.trouble.empty()) read.admin_token = admin.token;
  if (!admin.trouble.empty()) log_warning("reload: {}", admin.trouble);
  const std::vector<std::string> refused = settings_refused(running, now);
  if (!refused.empty()) {
    log_warning("reload: {}: another value takes a restart; it stays as it was",
                join(refused, ", "));
  }
  return read;
}

}  // namespace flatline
