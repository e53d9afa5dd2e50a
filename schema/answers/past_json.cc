#include "schema/answers/past_json.h"

#include "schema/answers/capnp_json.h"

namespace flatline {
namespace {

using capnp_json::count_of;
using capnp_json::get_texts;
using capnp_json::set_text;
using capnp_json::set_texts;
using capnp_json::to_string;

template <typename Init>
void set_number(const std::optional<double>& number, Init&& init) {
  if (number) init().setValue(*number);
}

// --- One host -----------------------------------------------------------------------------------

void fill(wire::Span::Builder to, const SpanAnswer& from) {
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  set_text(from.to, [&](auto text) { to.setTo(text); });
  set_text(from.state, [&](auto text) { to.setState(text); });
  to.setWarning(from.warning);
  to.setDrained(from.drained);
  to.setFlapping(from.flapping);
  to.setConflict(from.conflict);
  set_text(from.check, [&](auto text) { to.setCheck(text); });
}

SpanAnswer read(wire::Span::Reader from) {
  return {to_string(from.getFrom()), to_string(from.getTo()),   to_string(from.getState()),
          from.getWarning(),         from.getDrained(),         from.getFlapping(),
          from.getConflict(),        to_string(from.getCheck())};
}

void fill(wire::HostThen::Builder to, const HostThenAnswer& from) {
  set_text(from.name, [&](auto text) { to.setName(text); });
  to.setSlot(from.slot);
  set_text(from.state, [&](auto text) { to.setState(text); });
  to.setWarning(from.warning);
  to.setDrained(from.drained);
  to.setFlapping(from.flapping);
  to.setConflict(from.conflict);
  set_text(from.check, [&](auto text) { to.setCheck(text); });
  set_text(from.time, [&](auto text) { to.setTime(text); });
  to.setTick(from.tick);
  set_text(from.generation, [&](auto text) { to.setGeneration(text); });
}

HostThenAnswer read(wire::HostThen::Reader from) {
  return {to_string(from.getName()),
          from.getSlot(),
          to_string(from.getState()),
          from.getWarning(),
          from.getDrained(),
          from.getFlapping(),
          from.getConflict(),
          to_string(from.getCheck()),
          to_string(from.getTime()),
          from.getTick(),
          to_string(from.getGeneration())};
}

void fill(wire::HostHistory::Builder to, const HostHistoryAnswer& from) {
  set_text(from.name, [&](auto text) { to.setName(text); });
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  set_text(from.to, [&](auto text) { to.setTo(text); });
  to.setStepSeconds(from.step_seconds);
  to.setWatchedSeconds(from.watched_seconds);
  to.setHealthySeconds(from.healthy_seconds);
  to.setGapSeconds(from.gap_seconds);
  to.setTotal(from.total);
  set_text(from.next, [&](auto text) { to.setNext(text); });
  auto spans = to.initSpans(count_of(from.spans.size()));
  for (unsigned i = 0; i < spans.size(); ++i) fill(spans[i], from.spans[i]);
}

HostHistoryAnswer read(wire::HostHistory::Reader from) {
  HostHistoryAnswer to;
  to.name = to_string(from.getName());
  to.from = to_string(from.getFrom());
  to.to = to_string(from.getTo());
  to.step_seconds = from.getStepSeconds();
  to.watched_seconds = from.getWatchedSeconds();
  to.healthy_seconds = from.getHealthySeconds();
  to.gap_seconds = from.getGapSeconds();
  to.total = from.getTotal();
  to.next = to_string(from.getNext());
  for (const auto span : from.getSpans()) to.spans.push_back(read(span));
  return to;
}

// --- The fleet ----------------------------------------------------------------------------------

void fill(wire::FleetPoint::Builder to, const FleetPointAnswer& from) {
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  set_text(from.time, [&](auto text) { to.setTime(text); });
  to.setSteps(from.steps);
  to.setMissing(from.missing);
  to.setHosts(from.hosts);
  to.setHealthy(from.healthy);
  to.setFailing(from.failing);
  to.setSilent(from.silent);
  to.setUnknown(from.unknown);
  to.setExpected(from.expected);
  to.setMissingHosts(from.missing_hosts);
  set_texts(to.initFlags(count_of(from.flags.size())), from.flags);
}

FleetPointAnswer read(wire::FleetPoint::Reader from) {
  return {to_string(from.getFrom()), to_string(from.getTime()), from.getSteps(),
          from.getMissing(),         from.getHosts(),           from.getHealthy(),
          from.getFailing(),         from.getSilent(),          from.getUnknown(),
          from.getExpected(),        from.getMissingHosts(),    get_texts(from.getFlags())};
}

void fill(wire::FleetHistory::Builder to, const FleetHistoryAnswer& from) {
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  set_text(from.group, [&](auto text) { to.setGroup(text); });
  set_text(from.to, [&](auto text) { to.setTo(text); });
  to.setStepSeconds(from.step_seconds);
  to.setBucketSeconds(from.bucket_seconds);
  auto points = to.initPoints(count_of(from.points.size()));
  for (unsigned i = 0; i < points.size(); ++i) fill(points[i], from.points[i]);
}

FleetHistoryAnswer read(wire::FleetHistory::Reader from) {
  FleetHistoryAnswer to;
  to.from = to_string(from.getFrom());
  to.to = to_string(from.getTo());
  to.step_seconds = from.getStepSeconds();
  to.bucket_seconds = from.getBucketSeconds();
  for (const auto point : from.getPoints()) to.points.push_back(read(point));
  to.group = to_string(from.getGroup());
  return to;
}

// --- The collector -------------------------------------------------------------------------------

void fill(wire::CollectorPoint::Builder to, const CollectorPointAnswer& from) {
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  to.setSteps(from.steps);
  to.setStarts(from.starts);
  to.setSeconds(from.seconds);
  set_number(from.datagrams_per_second, [&] { return to.initDatagramsPerSecond(); });
  set_number(from.bytes_per_second, [&] { return to.initBytesPerSecond(); });
  set_number(from.published_bytes_per_second, [&] { return to.initPublishedBytesPerSecond(); });
  set_number(from.processor_share, [&] { return to.initProcessorShare(); });
  set_number(from.tick_share, [&] { return to.initTickShare(); });
  set_number(from.worst_tick_seconds, [&] { return to.initWorstTickSeconds(); });
  set_texts(to.initFlags(count_of(from.flags.size())), from.flags);
}

CollectorPointAnswer read(wire::CollectorPoint::Reader from) {
  CollectorPointAnswer to;
  to.from = to_string(from.getFrom());
  to.steps = from.getSteps();
  to.starts = from.getStarts();
  to.seconds = from.getSeconds();
  if (from.hasDatagramsPerSecond()) {
    to.datagrams_per_second = from.getDatagramsPerSecond().getValue();
  }
  if (from.hasBytesPerSecond()) to.bytes_per_second = from.getBytesPerSecond().getValue();
  if (from.hasPublishedBytesPerSecond()) {
    to.published_bytes_per_second = from.getPublishedBytesPerSecond().getValue();
  }
  if (from.hasProcessorShare()) to.processor_share = from.getProcessorShare().getValue();
  if (from.hasTickShare()) to.tick_share = from.getTickShare().getValue();
  if (from.hasWorstTickSeconds()) to.worst_tick_seconds = from.getWorstTickSeconds().getValue();
  to.flags = get_texts(from.getFlags());
  return to;
}

void fill(wire::CollectorHistory::Builder to, const CollectorHistoryAnswer& from) {
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  set_text(from.to, [&](auto text) { to.setTo(text); });
  to.setStepSeconds(from.step_seconds);
  to.setBucketSeconds(from.bucket_seconds);
  auto points = to.initPoints(count_of(from.points.size()));
  for (unsigned i = 0; i < points.size(); ++i) fill(points[i], from.points[i]);
}

CollectorHistoryAnswer read(wire::CollectorHistory::Reader from) {
  CollectorHistoryAnswer to;
  to.from = to_string(from.getFrom());
  to.to = to_string(from.getTo());
  to.step_seconds = from.getStepSeconds();
  to.bucket_seconds = from.getBucketSeconds();
  for (const auto point : from.getPoints()) to.points.push_back(read(point));
  return to;
}

// --- Between two moments ------------------------------------------------------------------------

void fill(wire::HostChange::Builder to, const HostChangeAnswer& from) {
  set_text(from.name, [&](auto text) { to.setName(text); });
  to.setSlot(from.slot);
  set_text(from.kind, [&](auto text) { to.setKind(text); });
  set_text(from.before, [&](auto text) { to.setBefore(text); });
  set_text(from.after, [&](auto text) { to.setAfter(text); });
  set_texts(to.initBeside(count_of(from.beside.size())), from.beside);
  set_text(from.check_before, [&](auto text) { to.setCheckBefore(text); });
  set_text(from.check_after, [&](auto text) { to.setCheckAfter(text); });
}

HostChangeAnswer read(wire::HostChange::Reader from) {
  return {to_string(from.getName()),        from.getSlot(),
          to_string(from.getKind()),        to_string(from.getBefore()),
          to_string(from.getAfter()),       get_texts(from.getBeside()),
          to_string(from.getCheckBefore()), to_string(from.getCheckAfter())};
}

void fill(wire::Diff::Builder to, const DiffAnswer& from) {
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  set_text(from.to, [&](auto text) { to.setTo(text); });
  to.setChanged(from.changed);
  to.setCame(from.came);
  to.setWent(from.went);
  to.setUnremembered(from.unremembered);
  auto planes = to.initPlanes(count_of(from.planes.size()));
  for (unsigned i = 0; i < planes.size(); ++i) {
    planes[i].setName(from.planes[i].name.c_str());
    planes[i].setCount(from.planes[i].count);
  }
  to.setTotal(from.total);
  set_text(from.next, [&](auto text) { to.setNext(text); });
  auto changes = to.initChanges(count_of(from.changes.size()));
  for (unsigned i = 0; i < changes.size(); ++i) fill(changes[i], from.changes[i]);
  set_text(from.note, [&](auto text) { to.setNote(text); });
}

DiffAnswer read(wire::Diff::Reader from) {
  DiffAnswer to;
  to.from = to_string(from.getFrom());
  to.to = to_string(from.getTo());
  to.changed = from.getChanged();
  to.came = from.getCame();
  to.went = from.getWent();
  to.unremembered = from.getUnremembered();
  for (const auto plane : from.getPlanes()) {
    to.planes.push_back({to_string(plane.getName()), plane.getCount()});
  }
  to.total = from.getTotal();
  to.next = to_string(from.getNext());
  for (const auto change : from.getChanges()) to.changes.push_back(read(change));
  to.note = to_string(from.getNote());
  return to;
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

std::string to_json(const HostHistoryAnswer& answer) {
  return encode<wire::HostHistory>(answer);
}
std::string to_json(const FleetHistoryAnswer& answer) {
  return encode<wire::FleetHistory>(answer);
}
std::string to_json(const HostThenAnswer& answer) {
  return encode<wire::HostThen>(answer);
}
std::string to_json(const CollectorHistoryAnswer& answer) {
  return encode<wire::CollectorHistory>(answer);
}
std::string to_json(const DiffAnswer& answer) {
  return encode<wire::Diff>(answer);
}

std::optional<HostHistoryAnswer> host_history_from_json(std::string_view json) {
  return decode<wire::HostHistory>(json);
}
std::optional<FleetHistoryAnswer> fleet_history_from_json(std::string_view json) {
  return decode<wire::FleetHistory>(json);
}
std::optional<HostThenAnswer> host_then_from_json(std::string_view json) {
  return decode<wire::HostThen>(json);
}
std::optional<CollectorHistoryAnswer> collector_history_from_json(std::string_view json) {
  return decode<wire::CollectorHistory>(json);
}
std::optional<DiffAnswer> diff_from_json(std::string_view json) {
  return decode<wire::Diff>(json);
}

}  // namespace flatline
