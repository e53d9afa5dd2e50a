#include "schema/answers/group_json.h"

#include "schema/answers/capnp_json.h"

namespace flatline {
namespace {

using capnp_json::count_of;
using capnp_json::get_texts;
using capnp_json::set_text;
using capnp_json::set_texts;
using capnp_json::to_string;

void fill(wire::Group::Builder to, const GroupAnswer& from) {
  set_text(from.key, [&](auto text) { to.setKey(text); });
  set_text(from.value, [&](auto text) { to.setValue(text); });
  to.setHosts(from.hosts);
  to.setHealthy(from.healthy);
  to.setFailing(from.failing);
  to.setSilent(from.silent);
  to.setMissing(from.missing);
  to.setWarning(from.warning);
  to.setDrained(from.drained);
  to.setJudged(from.judged);
  to.setJudgedHealthy(from.judged_healthy);
  set_texts(to.initFlags(count_of(from.flags.size())), from.flags);
  if (!from.has_quorum()) return;
  auto quorum = to.initQuorum();
  if (from.quorum_healthy_percent) {
    quorum.initHealthyPercent().setValue(*from.quorum_healthy_percent);
  }
  if (from.quorum_at_least) quorum.initAtLeast().setValue(*from.quorum_at_least);
}

GroupAnswer read(wire::Group::Reader from) {
  GroupAnswer to;
  to.key = to_string(from.getKey());
  to.value = to_string(from.getValue());
  to.hosts = from.getHosts();
  to.healthy = from.getHealthy();
  to.failing = from.getFailing();
  to.silent = from.getSilent();
  to.missing = from.getMissing();
  to.warning = from.getWarning();
  to.drained = from.getDrained();
  to.judged = from.getJudged();
  to.judged_healthy = from.getJudgedHealthy();
  to.flags = get_texts(from.getFlags());
  const auto quorum = from.getQuorum();
  if (quorum.hasHealthyPercent()) to.quorum_healthy_percent = count_of(quorum.getHealthyPercent());
  if (quorum.hasAtLeast()) to.quorum_at_least = count_of(quorum.getAtLeast());
  return to;
}

void fill(wire::Groups::Builder to, const GroupsAnswer& from) {
  to.setTotal(from.total);
  to.setTick(from.tick);
  set_text(from.time, [&](auto text) { to.setTime(text); });
  to.setViewAgeSeconds(from.view_age_seconds);
  to.setTickSeconds(from.tick_seconds);
  set_texts(to.initFlags(count_of(from.flags.size())), from.flags);
  auto keys = to.initKeys(count_of(from.keys.size()));
  for (unsigned i = 0; i < keys.size(); ++i) {
    set_text(from.keys[i].key, [&](auto text) { keys[i].setKey(text); });
    keys[i].setValues(from.keys[i].values);
    keys[i].setUnlabelled(from.keys[i].unlabelled);
    if (from.keys[i].other) fill(keys[i].initOther(), *from.keys[i].other);
  }
  auto groups = to.initGroups(count_of(from.groups.size()));
  for (unsigned i = 0; i < groups.size(); ++i) fill(groups[i], from.groups[i]);
}

GroupsAnswer read(wire::Groups::Reader from) {
  GroupsAnswer to;
  to.total = from.getTotal();
  to.tick = from.getTick();
  to.time = to_string(from.getTime());
  to.view_age_seconds = from.getViewAgeSeconds();
  to.tick_seconds = from.getTickSeconds();
  to.flags = get_texts(from.getFlags());
  for (const auto key : from.getKeys()) {
    GroupKeyAnswer& made = to.keys.emplace_back();
    made.key = to_string(key.getKey());
    made.values = key.getValues();
    made.unlabelled = key.getUnlabelled();
    if (key.hasOther()) made.other = read(key.getOther());
  }
  for (const auto group : from.getGroups()) to.groups.push_back(read(group));
  return to;
}

}  // namespace

std::string to_json(const GroupsAnswer& answer) {
  return capnp_json::encode<wire::Groups>([&](wire::Groups::Builder root) { fill(root, answer); });
}

std::optional<GroupsAnswer> groups_from_json(std::string_view json) {
  return capnp_json::decode<wire::Groups>(json,
                                          [](wire::Groups::Reader root) { return read(root); });
}

}  // namespace flatline
