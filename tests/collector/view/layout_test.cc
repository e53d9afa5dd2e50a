// The order in which a picture shows the fleet: by groups, and by names as people order them.

#include "collector/view/layout.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using test::Host;
using Names = std::vector<std::string>;

FleetOptions grouped() {
  FleetOptions options = test::FleetDriver::default_options();
  options.group_by = {LabelText{"role"}, LabelText{"zone"}};
  return options;
}

/// A fleet that is grouped by role and zone, and what is laid out of it.
struct Shown : test::FleetDriver {
  Shown() : FleetDriver(grouped()) {}

  void add(const std::string& name, const std::string& labels) {
    Host host(name);
    host.snapshot.labels = Labels{labels};
    REQUIRE(hear(host) == Outcome::kAccepted);
  }
  [[nodiscard]] HostOrder order() const {
    const auto order = order_hosts(view, host_table);
    REQUIRE(order.has_value());
    return *order;
  }
  [[nodiscard]] LayoutAnswer by(std::vector<std::size_t> keys) const {
    return lay_out(order(), keys);
  }
  [[nodiscard]] Names names(const LayoutAnswer& layout, std::size_t start,
                            std::size_t count) const {
    Names names;
    for (std::size_t i = start; i < start + count; ++i) {
      HostRecord record;
      REQUIRE(host_table.read(layout.order[i], record));
      names.emplace_back(record.name.view());
    }
    return names;
  }
  [[nodiscard]] Names all(const LayoutAnswer& layout) const {
    return names(layout, 0, layout.hosts);
  }
  /// The hosts of the group with these places.
  [[nodiscard]] Names group(const LayoutAnswer& layout, std::size_t first,
                            std::size_t second = kLayoutNone) const {
    const LayoutGroup group = layout.groups[first * kLayoutPlaces + second];
    return names(layout, group.start, group.count);
  }
};

std::size_t place_of(const LayoutKey& key, std::string_view value) {
  const auto found =
      std::ranges::find_if(key.values, [&](const auto& other) { return other.view() == value; });
  REQUIRE(found != key.values.end());
  return static_cast<std::size_t>(found - key.values.begin());
}

TEST_CASE("without a key hosts stand by their names, as people order them, and then empty slots") {
  Shown fleet;
  for (const char* name : {"web-10", "web-9", "db-1", "web-09", "web-1.b", "Web-1", "web-100"}) {
    fleet.add(name, "");
  }
  fleet.tick();
  const LayoutAnswer layout = fleet.by({});
  CHECK(layout.hosts == 7);
  CHECK(layout.capacity == fleet.options.capacity);
  CHECK(layout.tick == fleet.view.head.tick);
  CHECK(layout.generation == fleet.view.head.generation);
  // Names that differ in zeros alone stand by their slots.
  CHECK(fleet.all(layout) ==
        Names{"Web-1", "db-1", "web-1.b", "web-9", "web-09", "web-10", "web-100"});
  CHECK(fleet.group(layout, kLayoutNone) == fleet.all(layout));
}

TEST_CASE("every slot stands in the order once") {
  Shown fleet;
  for (int i = 0; i < 20; ++i) fleet.add("h" + std::to_string(i), i % 3 == 0 ? "role=db" : "");
  fleet.tick();
  std::vector<std::uint32_t> order = fleet.by({0}).order;
  std::ranges::sort(order);
  REQUIRE(order.size() == fleet.options.capacity);
  for (std::uint32_t slot = 0; slot < order.size(); ++slot) CHECK(order[slot] == slot);
}

TEST_CASE("by a key hosts stand by its values, those without the label last") {
  Shown fleet;
  fleet.add("a", "role=web2");
  fleet.add("b", "zone=eu");
  fleet.add("c", "role=web10");
  fleet.add("d", "role=db,role=web2");
  fleet.add("e", "role=web2");
  fleet.tick();
  const LayoutAnswer layout = fleet.by({0});
  CHECK(fleet.all(layout) == Names{"d", "a", "e", "c", "b"});
  const LayoutKey& role = layout.keys[0];
  CHECK(role.key.view() == "role");
  CHECK(layout.keys[1].key.empty());
  CHECK(fleet.group(layout, place_of(role, "web2")) == Names{"a", "e"});
  CHECK(fleet.group(layout, place_of(role, "db")) == Names{"d"});
  CHECK(fleet.group(layout, kLayoutOther).empty());
  CHECK(fleet.group(layout, kLayoutNone) == Names{"b"});
}

TEST_CASE("by two keys the groups of the second stand within those of the first") {
  Shown fleet;
  fleet.add("a", "role=web,zone=us");
  fleet.add("b", "role=db,zone=us");
  fleet.add("c", "role=web,zone=eu");
  fleet.add("d", "role=web");
  fleet.add("e", "role=db,zone=eu");
  fleet.tick();
  CHECK(fleet.all(fleet.by({0, 1})) == Names{"e", "b", "c", "a", "d"});
  CHECK(fleet.all(fleet.by({1, 0})) == Names{"e", "c", "b", "a", "d"});
  const LayoutAnswer layout = fleet.by({1, 0});
  CHECK(layout.keys[0].key.view() == "zone");
  CHECK(fleet.group(layout, kLayoutNone, place_of(layout.keys[1], "web")) == Names{"d"});
}

TEST_CASE("within a group hosts stand by the other keys, and then by their names") {
  Shown fleet;
  fleet.add("a", "role=web,zone=us");
  fleet.add("b", "role=web,zone=eu10");
  fleet.add("c", "role=web");
  fleet.add("d", "role=db,zone=us");
  fleet.add("e", "role=web,zone=eu9");
  fleet.add("f", "role=web,zone=eu10");
  fleet.tick();
  const LayoutAnswer layout = fleet.by({0});
  CHECK(fleet.all(layout) == Names{"d", "e", "b", "f", "a", "c"});
  CHECK(fleet.group(layout, place_of(layout.keys[0], "web")) == Names{"e", "b", "f", "a", "c"});
  CHECK(fleet.all(fleet.by({})) == Names{"a", "b", "c", "d", "e", "f"});
}

TEST_CASE("values beyond those that are told apart stand together behind the others") {
  Shown fleet;
  // A tenth of a core opens first contacts: so many at once are more than it has.
  for (std::size_t i = 0; i < kGroupValues + 2; ++i) {
    fleet.pass(fleet.options.tick);
    fleet.add("h" + std::to_string(i), "role=r" + std::to_string(i));
  }
  fleet.tick();
  const LayoutAnswer layout = fleet.by({0});
  CHECK(fleet.group(layout, kLayoutOther) == Names{"h64", "h65"});
  CHECK(layout.groups[kLayoutOther * kLayoutPlaces + kLayoutNone].start == kGroupValues);
}

TEST_CASE("a host that came or left since the view has no place in it") {
  Shown fleet;
  fleet.add("a", "role=web");
  Host leaver("b");
  REQUIRE(fleet.hear(leaver) == Outcome::kAccepted);
  fleet.tick();
  CHECK(fleet.by({}).hosts == 2);
  leaver.snapshot.leaving = true;
  REQUIRE(fleet.hear(leaver) == Outcome::kAccepted);
  fleet.add("c", "role=web");
  CHECK(fleet.all(fleet.by({})) == Names{"a"});
  fleet.tick();
  CHECK(fleet.all(fleet.by({})) == Names{"a", "c"});
}

TEST_CASE("the answer's size follows from the capacity alone, and it reads back") {
  Shown fleet;
  fleet.tick();
  const std::string empty = encode_layout(fleet.by({}));
  for (int i = 0; i < 9; ++i) fleet.add("h" + std::to_string(i), "role=db,zone=eu");
  fleet.tick();
  const LayoutAnswer layout = fleet.by({0, 1});
  const std::string bytes = encode_layout(layout);
  CHECK(bytes.size() == empty.size());
  const auto read = decode_layout(bytes);
  REQUIRE(read.has_value());
  CHECK(read->capacity == layout.capacity);
  CHECK(read->hosts == 9);
  CHECK(read->tick == layout.tick);
  CHECK(read->generation == layout.generation);
  CHECK(read->time == layout.time);
  CHECK(read->keys == layout.keys);
  CHECK(read->groups == layout.groups);
  CHECK(read->order == layout.order);
  CHECK_FALSE(decode_layout(bytes.substr(1)).has_value());
  CHECK_FALSE(decode_layout(bytes + std::string(4, 0)).has_value());
  CHECK_FALSE(decode_layout(bytes.substr(0, bytes.size() - 4)).has_value());
  CHECK_FALSE(decode_layout("").has_value());
  std::string other = bytes;
  other[4] = 2;
  CHECK_FALSE(decode_layout(other).has_value());
}

TEST_CASE("numbers in names count by their value, and long ones by their length") {
  const std::pair<const char*, const char*> rows[] = {
      {"a1", "a2"},        {"a2", "a10"},
      {"a9b", "a10a"},     {"a", "a1"},
      {"a-1", "a1"},       {"a007", "a8"},
      {"r9-1", "r10"},     {"A", "a"},
      {"x1.2", "x1.10"},   {"n999999999", "n1000000000"},
      {"host-a", "host-b"}};
  for (const auto& [less, more] : rows) {
    CAPTURE(std::string(less));
    CAPTURE(std::string(more));
    CHECK(name_rank(less) < name_rank(more));
  }
  CHECK(name_rank("a007") == name_rank("a7"));
}

}  // namespace
}  // namespace flatline
