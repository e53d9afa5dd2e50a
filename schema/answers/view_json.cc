#include "schema/answers/view_json.h"

#include "schema/answers/capnp_json.h"

namespace flatline {
namespace {

using capnp_json::count_of;
using capnp_json::set_text;
using capnp_json::to_string;

// --- Hosts --------------------------------------------------------------------------------------

void fill(wire::HostRow::Builder to, const HostRowAnswer& from) {
  set_text(from.name, [&](auto text) { to.setName(text); });
  to.setSlot(from.slot);
  set_text(from.state, [&](auto text) { to.setState(text); });
  to.setWarning(from.warning);
  to.setDrained(from.drained);
  to.setFlapping(from.flapping);
  to.setConflict(from.conflict);
  if (from.heard_seconds_ago) to.initHeardSecondsAgo().setValue(*from.heard_seconds_ago);
  set_text(from.labels, [&](auto text) { to.setLabels(text); });
  if (from.checks_failing) to.initChecksFailing().setValue(*from.checks_failing);
  if (from.checks) to.initChecks().setValue(*from.checks);
  set_text(from.message, [&](auto text) { to.setMessage(text); });
  set_text(from.check, [&](auto text) { to.setCheck(text); });
  to.setLate(from.late);
  if (from.message_age_seconds) to.initMessageAgeSeconds().setValue(*from.message_age_seconds);
  if (!from.drain) return;
  auto drain = to.initDrain();
  set_text(from.drain->until, [&](auto text) { drain.setUntil(text); });
  set_text(from.drain->why, [&](auto text) { drain.setWhy(text); });
  set_text(from.drain->by, [&](auto text) { drain.setBy(text); });
  set_text(from.drain->from, [&](auto text) { drain.setFrom(text); });
}

HostRowAnswer read(wire::HostRow::Reader from) {
  HostRowAnswer to;
  to.name = to_string(from.getName());
  to.slot = from.getSlot();
  to.state = to_string(from.getState());
  to.warning = from.getWarning();
  to.drained = from.getDrained();
  to.flapping = from.getFlapping();
  to.conflict = from.getConflict();
  if (from.hasHeardSecondsAgo()) to.heard_seconds_ago = from.getHeardSecondsAgo().getValue();
  to.labels = to_string(from.getLabels());
  if (from.hasChecksFailing()) to.checks_failing = count_of(from.getChecksFailing());
  if (from.hasChecks()) to.checks = count_of(from.getChecks());
  to.message = to_string(from.getMessage());
  to.check = to_string(from.getCheck());
  to.late = from.getLate();
  if (from.hasMessageAgeSeconds()) to.message_age_seconds = from.getMessageAgeSeconds().getValue();
  if (from.hasDrain()) {
    const auto drain = from.getDrain();
    to.drain = {to_string(drain.getUntil()), to_string(drain.getWhy()), to_string(drain.getBy()),
                to_string(drain.getFrom())};
  }
  return to;
}

void fill(wire::HostPage::Builder to, const HostPageAnswer& from) {
  to.setTotal(from.total);
  set_text(from.next, [&](auto text) { to.setNext(text); });
  to.setTick(from.tick);
  set_text(from.generation, [&](auto text) { to.setGeneration(text); });
  auto hosts = to.initHosts(count_of(from.hosts.size()));
  for (unsigned i = 0; i < hosts.size(); ++i) fill(hosts[i], from.hosts[i]);
  set_text(from.note, [&](auto text) { to.setNote(text); });
}

HostPageAnswer read(wire::HostPage::Reader from) {
  HostPageAnswer to;
  to.total = from.getTotal();
  to.next = to_string(from.getNext());
  to.tick = from.getTick();
  to.generation = to_string(from.getGeneration());
  for (const auto host : from.getHosts()) to.hosts.push_back(read(host));
  to.note = to_string(from.getNote());
  return to;
}

void fill(wire::Host::Builder to, const HostAnswer& from) {
  fill(to.initRow(), from.row);
  set_text(from.agent_id, [&](auto text) { to.setAgentId(text); });
  set_text(from.address, [&](auto text) { to.setAddress(text); });
  set_text(from.conflict_address, [&](auto text) { to.setConflictAddress(text); });
  to.setIntervalSeconds(from.interval_seconds);
  to.setWindowSeconds(from.window_seconds);
  to.setUptimeSeconds(from.uptime_seconds);
  to.setSkewSeconds(from.skew_seconds);
  to.setLagSeconds(from.lag_seconds);
  to.setReceived(from.received);
  to.setLost(from.lost);
  set_text(from.agent_version, [&](auto text) { to.setAgentVersion(text); });
  set_text(from.config_hash, [&](auto text) { to.setConfigHash(text); });
  to.setKeyId(from.key_id);
  to.setCredentialGeneration(from.credential_generation);
  set_text(from.epoch, [&](auto text) { to.setEpoch(text); });
  to.setSequence(from.sequence);
  set_text(from.registered_at, [&](auto text) { to.setRegisteredAt(text); });
  auto results = to.initResults(count_of(from.results.size()));
  for (unsigned i = 0; i < results.size(); ++i) {
    const CheckResultAnswer& check = from.results[i];
    results[i].setIndex(check.index);
    set_text(check.name, [&](auto text) { results[i].setName(text); });
    set_text(check.state, [&](auto text) { results[i].setState(text); });
    if (check.value) results[i].initValue().setValue(*check.value);
    set_text(check.message, [&](auto text) { results[i].setMessage(text); });
    if (check.age_seconds) results[i].initAgeSeconds().setValue(*check.age_seconds);
    set_text(check.earlier_message, [&](auto text) { results[i].setEarlierMessage(text); });
    if (check.earlier_age_seconds) {
      results[i].initEarlierAgeSeconds().setValue(*check.earlier_age_seconds);
    }
  }
  set_text(from.time, [&](auto text) { to.setTime(text); });
  to.setTick(from.tick);
  set_text(from.drained_until, [&](auto text) { to.setDrainedUntil(text); });
  set_text(from.reason, [&](auto text) { to.setReason(text); });
}

CheckResultAnswer read(wire::CheckResult::Reader from) {
  CheckResultAnswer to;
  to.index = from.getIndex();
  to.name = to_string(from.getName());
  to.state = to_string(from.getState());
  if (from.hasValue()) to.value = from.getValue().getValue();
  to.message = to_string(from.getMessage());
  if (from.hasAgeSeconds()) to.age_seconds = from.getAgeSeconds().getValue();
  to.earlier_message = to_string(from.getEarlierMessage());
  if (from.hasEarlierAgeSeconds()) to.earlier_age_seconds = from.getEarlierAgeSeconds().getValue();
  return to;
}

HostAnswer read(wire::Host::Reader from) {
  HostAnswer to;
  to.row = read(from.getRow());
  to.agent_id = to_string(from.getAgentId());
  to.address = to_string(from.getAddress());
  to.conflict_address = to_string(from.getConflictAddress());
  to.interval_seconds = from.getIntervalSeconds();
  to.window_seconds = from.getWindowSeconds();
  to.uptime_seconds = from.getUptimeSeconds();
  to.skew_seconds = from.getSkewSeconds();
  to.lag_seconds = from.getLagSeconds();
  to.received = from.getReceived();
  to.lost = from.getLost();
  to.agent_version = to_string(from.getAgentVersion());
  to.config_hash = to_string(from.getConfigHash());
  to.key_id = from.getKeyId();
  to.credential_generation = from.getCredentialGeneration();
  to.epoch = to_string(from.getEpoch());
  to.sequence = from.getSequence();
  to.registered_at = to_string(from.getRegisteredAt());
  for (const auto check : from.getResults()) to.results.push_back(read(check));
  to.time = to_string(from.getTime());
  to.tick = from.getTick();
  to.drained_until = to_string(from.getDrainedUntil());
  to.reason = to_string(from.getReason());
  return to;
}

void fill(wire::Problem::Builder to, const ProblemAnswer& from) {
  set_text(from.error, [&](auto text) { to.setError(text); });
}

ProblemAnswer read(wire::Problem::Reader from) {
  return {to_string(from.getError())};
}

// --- Both ways ----------------------------------------------------------------------------------

template <typename Wire, typename Answer>
std::string encode(const Answer& answer) {
  return capnp_json::encode<Wire>([&](typename Wire::Builder root) { fill(root, answer); });
}

template <typename Wire>
auto decode(std::string_view json) {
  return capnp_json::decode<Wire>(json, [](typename Wire::Reader root) { return read(root); });
}

}  // namespace

std::string to_json(const HostPageAnswer& answer) {
  return encode<wire::HostPage>(answer);
}
std::string to_json(const HostAnswer& answer) {
  return encode<wire::Host>(answer);
}
std::string to_json(const ProblemAnswer& answer) {
  return encode<wire::Problem>(answer);
}

std::optional<HostPageAnswer> host_page_from_json(std::string_view json) {
  return decode<wire::HostPage>(json);
}
std::optional<HostAnswer> host_from_json(std::string_view json) {
  return decode<wire::Host>(json);
}
std::optional<ProblemAnswer> problem_from_json(std::string_view json) {
  return decode<wire::Problem>(json);
}

}  // namespace flatline
