#include "schema/answers/event_json.h"

#include "schema/answers/capnp_json.h"

namespace flatline {
namespace {

using capnp_json::count_of;
using capnp_json::get_texts;
using capnp_json::set_text;
using capnp_json::set_texts;
using capnp_json::to_string;

/// What an event does not have, its JSON has not either: there are many of them.
void fill(wire::Event::Builder to, const EventAnswer& from) {
  set_text(from.time, [&](auto text) { to.setTime(text); });
  set_text(from.kind, [&](auto text) { to.setKind(text); });
  set_text(from.name, [&](auto text) { to.setName(text); });
  if (from.slot) to.initSlot().setValue(*from.slot);
  set_text(from.before, [&](auto text) { to.setBefore(text); });
  set_text(from.after, [&](auto text) { to.setAfter(text); });
  if (!from.beside.empty()) set_texts(to.initBeside(count_of(from.beside.size())), from.beside);
  set_text(from.check_before, [&](auto text) { to.setCheckBefore(text); });
  set_text(from.check_after, [&](auto text) { to.setCheckAfter(text); });
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  if (from.hosts) to.initHosts().setValue(*from.hosts);
  if (!from.names.empty()) set_texts(to.initNames(count_of(from.names.size())), from.names);
}

EventAnswer read(wire::Event::Reader from) {
  EventAnswer to;
  to.time = to_string(from.getTime());
  to.kind = to_string(from.getKind());
  to.name = to_string(from.getName());
  if (from.hasSlot()) to.slot = count_of(from.getSlot());
  to.before = to_string(from.getBefore());
  to.after = to_string(from.getAfter());
  to.beside = get_texts(from.getBeside());
  to.check_before = to_string(from.getCheckBefore());
  to.check_after = to_string(from.getCheckAfter());
  to.from = to_string(from.getFrom());
  if (from.hasHosts()) to.hosts = count_of(from.getHosts());
  to.names = get_texts(from.getNames());
  return to;
}

void fill(wire::Events::Builder to, const EventsAnswer& from) {
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  set_text(from.to, [&](auto text) { to.setTo(text); });
  to.setStepSeconds(from.step_seconds);
  set_text(from.next, [&](auto text) { to.setNext(text); });
  auto events = to.initEvents(count_of(from.events.size()));
  for (unsigned i = 0; i < events.size(); ++i) fill(events[i], from.events[i]);
  set_text(from.note, [&](auto text) { to.setNote(text); });
}

EventsAnswer read(wire::Events::Reader from) {
  EventsAnswer to;
  to.from = to_string(from.getFrom());
  to.to = to_string(from.getTo());
  to.step_seconds = from.getStepSeconds();
  to.next = to_string(from.getNext());
  for (const auto event : from.getEvents()) to.events.push_back(read(event));
  to.note = to_string(from.getNote());
  return to;
}

}  // namespace

std::string to_json(const EventsAnswer& answer) {
  return capnp_json::encode<wire::Events>([&](wire::Events::Builder root) { fill(root, answer); });
}
std::string to_json(const EventAnswer& answer) {
  return capnp_json::encode<wire::Event>([&](wire::Event::Builder root) { fill(root, answer); });
}

std::optional<EventsAnswer> events_from_json(std::string_view json) {
  return capnp_json::decode<wire::Events>(json,
                                          [](wire::Events::Reader root) { return read(root); });
}
std::optional<EventAnswer> event_from_json(std::string_view json) {
  return capnp_json::decode<wire::Event>(json, [](wire::Event::Reader root) { return read(root); });
}

}  // namespace flatline
