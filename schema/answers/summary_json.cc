// The part of view_json.h that is about the summary, the largest of the answers.

#include "schema/answers/capnp_json.h"
#include "schema/answers/view_json.h"

namespace flatline {
namespace {

using capnp_json::count_of;
using capnp_json::get_texts;
using capnp_json::set_text;
using capnp_json::set_texts;
using capnp_json::to_string;

// --- The collector ------------------------------------------------------------------------------

void fill(wire::Collector::Builder to, const decltype(SummaryAnswer::collector)& from) {
  set_text(from.version, [&](auto text) { to.setVersion(text); });
  to.setUptimeSeconds(from.uptime_seconds);
  to.setTickSeconds(from.tick_seconds);
  to.setLateTicks(from.late_ticks);
  to.setWorstLatenessSeconds(from.worst_lateness_seconds);
  to.setCheckNamesRefused(from.check_names_refused);
  if (!from.certificate) return;
  auto certificate = to.initCertificate();
  set_text(from.certificate->expires, [&](auto text) { certificate.setExpires(text); });
  certificate.setExpiresSeconds(from.certificate->expires_seconds);
  set_text(from.certificate->advice, [&](auto text) { certificate.setAdvice(text); });
}

decltype(SummaryAnswer::collector) read(wire::Collector::Reader from) {
  decltype(SummaryAnswer::collector) to{
      to_string(from.getVersion()), from.getUptimeSeconds(),        from.getTickSeconds(),
      from.getLateTicks(),          from.getWorstLatenessSeconds(), from.getCheckNamesRefused()};
  if (from.hasCertificate()) {
    const auto certificate = from.getCertificate();
    to.certificate =
        CertificateAnswer{to_string(certificate.getExpires()), certificate.getExpiresSeconds(),
                          to_string(certificate.getAdvice())};
  }
  return to;
}

// --- What was done ------------------------------------------------------------------------------

void fill(wire::Written::Builder to, const WrittenAnswer& from) {
  to.setWrites(from.writes);
  to.setRows(from.rows);
  to.setBytes(from.bytes);
  to.setPages(from.pages);
  to.setWalFrames(from.wal_frames);
}

WrittenAnswer read(wire::Written::Reader from) {
  return {from.getWrites(), from.getRows(), from.getBytes(), from.getPages(), from.getWalFrames()};
}

void fill(wire::Work::Builder to, const decltype(SummaryAnswer::work)& from) {
  to.setTickSeconds(from.tick_seconds);
  to.setLastTickSeconds(from.last_tick_seconds);
  to.setWorstTickSeconds(from.worst_tick_seconds);
  to.setLatenessSeconds(from.lateness_seconds);
  to.setDatagrams(from.datagrams);
  to.setDatagramBytes(from.datagram_bytes);
  to.setReceiveCalls(from.receive_calls);
  to.setPublishedBytes(from.published_bytes);
  fill(to.initHistory(), from.history);
  fill(to.initCheckpoint(), from.checkpoint);
  to.setRegistryRows(from.registry_rows);
}

decltype(SummaryAnswer::work) read(wire::Work::Reader from) {
  return {from.getTickSeconds(),      from.getLastTickSeconds(), from.getWorstTickSeconds(),
          from.getLatenessSeconds(),  from.getDatagrams(),       from.getDatagramBytes(),
          from.getReceiveCalls(),     from.getPublishedBytes(),  read(from.getHistory()),
          read(from.getCheckpoint()), from.getRegistryRows()};
}

// --- Causes -------------------------------------------------------------------------------------

void fill(wire::Cause::Builder to, const CauseAnswer& from) {
  set_text(from.about, [&](auto text) { to.setAbout(text); });
  set_text(from.kind, [&](auto text) { to.setKind(text); });
  set_text(from.key, [&](auto text) { to.setKey(text); });
  set_texts(to.initAlso(count_of(from.also.size())), from.also);
  to.setHosts(from.hosts);
  to.setOf(from.of);
  if (from.fleet_share) to.initFleetShare().setValue(*from.fleet_share);
  if (from.seconds) to.initSeconds().setValue(*from.seconds);
  set_text(from.since, [&](auto text) { to.setSince(text); });
  set_text(from.text, [&](auto text) { to.setText(text); });
}

CauseAnswer read(wire::Cause::Reader from) {
  CauseAnswer to;
  to.about = to_string(from.getAbout());
  to.kind = to_string(from.getKind());
  to.key = to_string(from.getKey());
  to.also = get_texts(from.getAlso());
  to.hosts = from.getHosts();
  to.of = from.getOf();
  if (from.hasFleetShare()) to.fleet_share = from.getFleetShare().getValue();
  if (from.hasSeconds()) to.seconds = from.getSeconds().getValue();
  to.since = to_string(from.getSince());
  to.text = to_string(from.getText());
  return to;
}

// --- Groups -------------------------------------------------------------------------------------

void fill(wire::GroupTroubles::Builder to, const decltype(SummaryAnswer::groups)& from) {
  to.setBelow(from.below);
  set_texts(to.initBelowNames(count_of(from.below_names.size())), from.below_names);
  to.setPanic(from.panic);
  set_texts(to.initPanicNames(count_of(from.panic_names.size())), from.panic_names);
  auto other = to.initOther(count_of(from.other.size()));
  for (unsigned i = 0; i < other.size(); ++i) {
    other[i].setName(from.other[i].name.c_str());
    other[i].setCount(from.other[i].count);
  }
}

decltype(SummaryAnswer::groups) read(wire::GroupTroubles::Reader from) {
  decltype(SummaryAnswer::groups) to;
  to.below = from.getBelow();
  to.below_names = get_texts(from.getBelowNames());
  to.panic = from.getPanic();
  to.panic_names = get_texts(from.getPanicNames());
  for (const auto key : from.getOther()) {
    to.other.push_back({to_string(key.getName()), key.getCount()});
  }
  return to;
}

// --- Summary ------------------------------------------------------------------------------------

/// Fills in what is known of the present alone: none of it is stored for the past.
void fill_present(wire::Summary::Builder to, const SummaryAnswer& from) {
  if (from.down) to.initDown().setValue(*from.down);
  auto datagrams = to.initDatagrams();
  datagrams.setLost(from.datagrams.lost);
  datagrams.setFiltered(from.datagrams.filtered);
  auto outcomes = datagrams.initOutcomes(count_of(from.datagrams.outcomes.size()));
  for (unsigned i = 0; i < outcomes.size(); ++i) {
    outcomes[i].setName(from.datagrams.outcomes[i].name.c_str());
    outcomes[i].setCount(from.datagrams.outcomes[i].count);
  }
  auto buffer = to.initReceiveBuffer();
  buffer.setWantedBytes(from.receive_buffer.wanted_bytes);
  buffer.setGrantedBytes(from.receive_buffer.granted_bytes);
  set_text(from.receive_buffer.advice, [&](auto text) { buffer.setAdvice(text); });
  auto storage = to.initStorage();
  set_text(from.storage.state, [&](auto text) { storage.setState(text); });
  set_text(from.storage.reason, [&](auto text) { storage.setReason(text); });
  storage.setLostSteps(from.storage.lost_steps);
  auto notices = to.initNotices(count_of(from.notices.size()));
  for (unsigned i = 0; i < notices.size(); ++i) {
    const NoticeAnswer& notice = from.notices[i];
    set_text(notice.host, [&](auto text) { notices[i].setHost(text); });
    set_text(notice.address, [&](auto text) { notices[i].setAddress(text); });
    set_text(notice.outcome, [&](auto text) { notices[i].setOutcome(text); });
    set_text(notice.detail, [&](auto text) { notices[i].setDetail(text); });
    if (notice.seconds_ago) notices[i].initSecondsAgo().setValue(*notice.seconds_ago);
  }
  fill(to.initCollector(), from.collector);
  fill(to.initWork(), from.work);
  auto operators = to.initOperators();
  set_text(from.operators.frozen_until, [&](auto text) { operators.setFrozenUntil(text); });
  set_text(from.operators.frozen_why, [&](auto text) { operators.setFrozenWhy(text); });
  set_text(from.operators.frozen_by, [&](auto text) { operators.setFrozenBy(text); });
  operators.setTombstones(from.operators.tombstones);
  operators.setRevocations(from.operators.revocations);
  operators.setRefusedAttempts(from.operators.refused_attempts);
  set_text(from.operators.frozen_token_name,
           [&](auto text) { operators.setFrozenTokenName(text); });
  operators.setWrongTokens(from.operators.wrong_tokens);
  set_text(from.operators.wrong_tokens_from,
           [&](auto text) { operators.setWrongTokensFrom(text); });
  if (from.operators.wrong_tokens_there > 0) {
    operators.initWrongTokensThere().setValue(from.operators.wrong_tokens_there);
  }
  auto causes = to.initCauses(count_of(from.causes.size()));
  for (unsigned i = 0; i < causes.size(); ++i) fill(causes[i], from.causes[i]);
  if (from.causes_age_seconds) to.initCausesAgeSeconds().setValue(*from.causes_age_seconds);
  to.setLabelsUncounted(from.labels_uncounted);
  auto forgotten = to.initForgotten();
  forgotten.setHosts(from.forgotten.hosts);
  set_text(from.forgotten.last, [&](auto text) { forgotten.setLast(text); });
  set_text(from.forgotten.last_at, [&](auto text) { forgotten.setLastAt(text); });
  fill(to.initGroups(), from.groups);
}

void fill(wire::Summary::Builder to, const SummaryAnswer& from) {
  to.setHosts(from.hosts);
  to.setHealthy(from.healthy);
  to.setFailing(from.failing);
  to.setSilent(from.silent);
  to.setUnknown(from.unknown);
  to.setExpected(from.expected);
  to.setMissing(from.missing);
  to.setWarning(from.warning);
  to.setDrained(from.drained);
  to.setFlapping(from.flapping);
  to.setConflict(from.conflict);
  to.setCapacity(from.capacity);
  to.setTick(from.tick);
  set_text(from.time, [&](auto text) { to.setTime(text); });
  to.setViewAgeSeconds(from.view_age_seconds);
  set_text(from.generation, [&](auto text) { to.setGeneration(text); });
  set_texts(to.initFlags(count_of(from.flags.size())), from.flags);
  set_texts(to.initDoubts(count_of(from.doubts.size())), from.doubts);
  if (!from.is_past) fill_present(to, from);
}

SummaryAnswer read(wire::Summary::Reader from) {
  SummaryAnswer to;
  to.hosts = from.getHosts();
  to.healthy = from.getHealthy();
  to.failing = from.getFailing();
  to.silent = from.getSilent();
  to.unknown = from.getUnknown();
  to.expected = from.getExpected();
  to.missing = from.getMissing();
  to.warning = from.getWarning();
  to.drained = from.getDrained();
  to.flapping = from.getFlapping();
  to.conflict = from.getConflict();
  to.capacity = from.getCapacity();
  to.tick = from.getTick();
  to.time = to_string(from.getTime());
  to.view_age_seconds = from.getViewAgeSeconds();
  to.generation = to_string(from.getGeneration());
  to.flags = get_texts(from.getFlags());
  to.doubts = get_texts(from.getDoubts());
  to.is_past = !from.hasCollector();
  if (from.hasDown()) to.down = count_of(from.getDown());
  to.datagrams.lost = from.getDatagrams().getLost();
  to.datagrams.filtered = from.getDatagrams().getFiltered();
  for (const auto outcome : from.getDatagrams().getOutcomes()) {
    to.datagrams.outcomes.push_back({to_string(outcome.getName()), outcome.getCount()});
  }
  to.receive_buffer.wanted_bytes = from.getReceiveBuffer().getWantedBytes();
  to.receive_buffer.granted_bytes = from.getReceiveBuffer().getGrantedBytes();
  to.receive_buffer.advice = to_string(from.getReceiveBuffer().getAdvice());
  to.storage.state = to_string(from.getStorage().getState());
  to.storage.reason = to_string(from.getStorage().getReason());
  to.storage.lost_steps = from.getStorage().getLostSteps();
  for (const auto notice : from.getNotices()) {
    to.notices.push_back({to_string(notice.getHost()), to_string(notice.getAddress()),
                          to_string(notice.getOutcome()), to_string(notice.getDetail())});
    if (notice.hasSecondsAgo()) {
      to.notices.back().seconds_ago = notice.getSecondsAgo().getValue();
    }
  }
  to.collector = read(from.getCollector());
  to.work = read(from.getWork());
  const auto operators = from.getOperators();
  to.operators = {to_string(operators.getFrozenUntil()),
                  to_string(operators.getFrozenWhy()),
                  to_string(operators.getFrozenBy()),
                  operators.getTombstones(),
                  operators.getRevocations(),
                  operators.getRefusedAttempts(),
                  to_string(operators.getFrozenTokenName()),
                  operators.getWrongTokens(),
                  to_string(operators.getWrongTokensFrom()),
                  operators.getWrongTokensThere().getValue()};
  for (const auto cause : from.getCauses()) to.causes.push_back(read(cause));
  if (from.hasCausesAgeSeconds()) to.causes_age_seconds = from.getCausesAgeSeconds().getValue();
  to.labels_uncounted = from.getLabelsUncounted();
  const auto forgotten = from.getForgotten();
  to.forgotten = {forgotten.getHosts(), to_string(forgotten.getLast()),
                  to_string(forgotten.getLastAt())};
  to.groups = read(from.getGroups());
  return to;
}

}  // namespace

std::string to_json(const SummaryAnswer& answer) {
  return capnp_json::encode<wire::Summary>(
      [&](wire::Summary::Builder root) { fill(root, answer); });
}

std::optional<SummaryAnswer> summary_from_json(std::string_view json) {
  return capnp_json::decode<wire::Summary>(json,
                                           [](wire::Summary::Reader root) { return read(root); });
}

}  // namespace flatline
