#include "tools/sim/host_labels.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>

#include "schema/wire/names.h"

namespace flatline::sim {
namespace {

HostLabels deal(std::string_view text, std::uint32_t hosts, std::uint64_t seed = 1) {
  return {parse_labels(text), hosts, seed};
}

/// How many hosts have each value of a rule, or each pair of values of two.
std::map<std::string, std::uint32_t> counted(const HostLabels& labels, std::size_t rule) {
  std::map<std::string, std::uint32_t> counts;
  for (std::uint32_t host = 0; host < labels.hosts(); ++host) {
    ++counts[labels.rules()[rule].values[labels.value_of(host, rule)].text];
  }
  return counts;
}

TEST_CASE("shares come out exactly, and every host has one value of each label") {
  const HostLabels labels = deal("role=web:60%,db:30%,cache; zone=a,b,c; none=x:0%,y", 1000);
  CHECK(counted(labels, 0) ==
        std::map<std::string, std::uint32_t>{{"web", 600}, {"db", 300}, {"cache", 100}});
  CHECK(counted(labels, 1) ==
        std::map<std::string, std::uint32_t>{{"a", 333}, {"b", 334}, {"c", 333}});
  CHECK(counted(labels, 2) == std::map<std::string, std::uint32_t>{{"y", 1000}});
  for (std::uint32_t host = 0; host < labels.hosts(); ++host) {
    CHECK(is_labels(labels.text_of(host)));
  }
}

TEST_CASE("thirds that are written as 33.3 are all of the fleet") {
  CHECK(counted(deal("z=a:33.3%,b:33.3%,c:33.3%", 1000), 0)["c"] == 334);
}

TEST_CASE("the seed draws the labels, and one label says nothing of another") {
  const HostLabels first = deal("role=web,db; zone=a,b", 2000, 7);
  const HostLabels again = deal("role=web,db; zone=a,b", 2000, 7);
  const HostLabels other = deal("role=web,db; zone=a,b", 2000, 8);
  const HostLabels more = deal("role=web,db; zone=a,b; rack=r[1-9]", 2000, 7);
  std::uint32_t different = 0;
  std::map<std::string, std::uint32_t> pairs;
  for (std::uint32_t host = 0; host < 2000; ++host) {
    CHECK(first.text_of(host) == again.text_of(host));
    // A label more does not move the others.
    CHECK(more.text_of(host).starts_with(first.text_of(host) + ",rack=r"));
    different += first.text_of(host) != other.text_of(host) ? 1 : 0;
    ++pairs[first.text_of(host)];
  }
  CHECK(different > 1000);
  // 500 of each pair are expected, with a deviation of 11.
  CHECK(pairs.size() == 4);
  for (const auto& [pair, count] : pairs) {
    CAPTURE(pair);
    CHECK(count > 400);
    CHECK(count < 600);
  }
}

TEST_CASE("what lies in a label is of one value of it, in its order and by its size") {
  const HostLabels labels =
      deal("zone=a:50%,b:25%,c:25%; rack=r[1-8] in zone; row=w[1-16] in rack", 1600);
  std::map<std::string, std::string> zone_of_rack;
  std::map<std::string, std::string> rack_of_row;
  for (std::uint32_t host = 0; host < labels.hosts(); ++host) {
    const auto value = [&](std::size_t rule) {
      return labels.rules()[rule].values[labels.value_of(host, rule)].text;
    };
    CHECK(zone_of_rack.try_emplace(value(1), value(0)).first->second == value(0));
    CHECK(rack_of_row.try_emplace(value(2), value(1)).first->second == value(1));
  }
  CHECK(zone_of_rack == std::map<std::string, std::string>{{"r1", "a"},
                                                           {"r2", "a"},
                                                           {"r3", "a"},
                                                           {"r4", "a"},
                                                           {"r5", "b"},
                                                           {"r6", "b"},
                                                           {"r7", "c"},
                                                           {"r8", "c"}});
  CHECK(rack_of_row.size() == 16);
  for (const auto& [rack, count] : counted(labels, 1)) CHECK(count == 200);
}

TEST_CASE("a small outer value has one value within it, and none is left over") {
  const HostLabels labels = deal("zone=a:1%,b:98%,c:1%; rack=r[1-3] in zone", 1000);
  CHECK(counted(labels, 1) ==
        std::map<std::string, std::uint32_t>{{"r1", 10}, {"r2", 980}, {"r3", 10}});
}

TEST_CASE("more values than hosts, and no labels at all") {
  std::uint32_t all = 0;
  for (const auto& [rack, count] : counted(deal("rack=r[1-40]", 3), 0)) all += count;
  CHECK(all == 3);
  CHECK(deal("zone=a,b,c; rack=r[1-40] in zone", 1).text_of(0).starts_with("zone="));
  CHECK(deal("", 3).text_of(2).empty());
}

}  // namespace
}  // namespace flatline::sim
