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

}  // namespace

std::string to_json(const CheckPageAnswer& answer) {
  return capnp_json::encode<wire::CheckPage>(
      [&](wire::CheckPage::Builder root) { fill(root, answer); });
}

std::optional<CheckPageAnswer> check_page_from_json(std::string_view json) {
  return capnp_json::decode<wire::CheckPage>(
      json, [](wire::CheckPage::Reader root) { return read(root); });
}

}  // namespace flatline
