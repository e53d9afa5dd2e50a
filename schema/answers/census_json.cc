#include "schema/answers/census_json.h"

#include "schema/answers/capnp_json.h"

namespace flatline {
namespace {

using capnp_json::count_of;
using capnp_json::set_text;
using capnp_json::to_string;

void fill(wire::CheckCount::Builder to, const CheckCountAnswer& from) {
  set_text(from.name, [&](auto text) { to.setName(text); });
  to.setHosts(from.hosts);
  to.setOk(from.ok);
  to.setWarning(from.warning);
  to.setCritical(from.critical);
  to.setUnknown(from.unknown);
  to.setPending(from.pending);
}

CheckCountAnswer read(wire::CheckCount::Reader from) {
  return {to_string(from.getName()), from.getHosts(),   from.getOk(),     from.getWarning(),
          from.getCritical(),        from.getUnknown(), from.getPending()};
}

void fill(wire::CheckPage::Builder to, const CheckPageAnswer& from) {
  to.setTotal(from.total);
  set_text(from.next, [&](auto text) { to.setNext(text); });
  if (from.age_seconds) to.initAgeSeconds().setValue(*from.age_seconds);
  auto checks = to.initChecks(count_of(from.checks.size()));
  for (unsigned i = 0; i < checks.size(); ++i) fill(checks[i], from.checks[i]);
  to.setOtherNames(from.other_names);
  if (from.other) fill(to.initOther(), *from.other);
}

CheckPageAnswer read(wire::CheckPage::Reader from) {
  CheckPageAnswer to;
  to.total = from.getTotal();
  to.next = to_string(from.getNext());
  if (from.hasAgeSeconds()) to.age_seconds = from.getAgeSeconds().getValue();
  for (const auto check : from.getChecks()) to.checks.push_back(read(check));
  to.other_names = from.getOtherNames();
  if (from.hasOther()) to.other = read(from.getOther());
  return to;
}

void fill(wire::Key::Builder to, const KeyAnswer& from) {
  to.setKeyId(from.key_id);
  set_text(from.state, [&](auto text) { to.setState(text); });
  to.setHosts(from.hosts);
  to.setSpeaking(from.speaking);
  to.setSilent(from.silent);
  to.setRefused(from.refused);
  auto generations = to.initGenerations(count_of(from.generations.size()));
  for (unsigned i = 0; i < generations.size(); ++i) {
    generations[i].setGeneration(from.generations[i].generation);
    generations[i].setHosts(from.generations[i].hosts);
    generations[i].setSpeaking(from.generations[i].speaking);
  }
}

KeyAnswer read(wire::Key::Reader from) {
  KeyAnswer to{from.getKeyId(),
               to_string(from.getState()),
               from.getHosts(),
               from.getSpeaking(),
               from.getSilent(),
               from.getRefused(),
               {}};
  for (const auto generation : from.getGenerations()) {
    to.generations.push_back(
        {generation.getGeneration(), generation.getHosts(), generation.getSpeaking()});
  }
  return to;
}

void fill(wire::Keys::Builder to, const KeysAnswer& from) {
  if (from.age_seconds) to.initAgeSeconds().setValue(*from.age_seconds);
  auto keys = to.initKeys(count_of(from.keys.size()));
  for (unsigned i = 0; i < keys.size(); ++i) fill(keys[i], from.keys[i]);
  to.setUnheard(from.unheard);
  to.setOtherGenerations(from.other_generations);
  set_text(from.advice, [&](auto text) { to.setAdvice(text); });
}

KeysAnswer read(wire::Keys::Reader from) {
  KeysAnswer to;
  if (from.hasAgeSeconds()) to.age_seconds = from.getAgeSeconds().getValue();
  for (const auto key : from.getKeys()) to.keys.push_back(read(key));
  to.unheard = from.getUnheard();
  to.other_generations = from.getOtherGenerations();
  to.advice = to_string(from.getAdvice());
  return to;
}

}  // namespace

std::string to_json(const CheckPageAnswer& answer) {
  return capnp_json::encode<wire::CheckPage>(
      [&](wire::CheckPage::Builder root) { fill(root, answer); });
}

std::optional<CheckPageAnswer> check_page_from_json(std::string_view json) {
  return capnp_json::decode<wire::CheckPage>(
      json, [](wire::CheckPage::Reader root) { return read(root); });
}

std::string to_json(const KeysAnswer& answer) {
  return capnp_json::encode<wire::Keys>([&](wire::Keys::Builder root) { fill(root, answer); });
}

std::optional<KeysAnswer> keys_from_json(std::string_view json) {
  return capnp_json::decode<wire::Keys>(json, [](wire::Keys::Reader root) { return read(root); });
}

}  // namespace flatline
