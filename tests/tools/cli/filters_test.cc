// Tests how filters are told from names, and how the hosts that match are counted.

#include "tools/cli/report/filters.h"

#include <doctest/doctest.h>

#include "tools/cli/report/counted.h"

namespace flatline::cli {
namespace {

TEST_CASE("what no name can hold makes a filter; names and patterns of names are none") {
  for (const char* filter : {"role=db", "agent<0.3", "agent>1", "failing & drained", "a|b", "!down",
                             "(silent)", "check:disk", "name=web-*"}) {
    CAPTURE(filter);
    CHECK(looks_like_filter(filter));
  }
  for (const char* name : {"web-1", "web-[001-250,252]", "db-*", "a?", "silent", "a,b", ""}) {
    CAPTURE(name);
    CHECK_FALSE(looks_like_filter(name));
  }
}

TEST_CASE("words of filters are known, in any case") {
  for (const char* word : {"silent", "Failing", "drained", "all", "DOWN", "missing"}) {
    CHECK(is_filter_word(word));
  }
  for (const char* word : {"web-1", "role", "check", ""}) CHECK_FALSE(is_filter_word(word));
}

TEST_CASE("filters are put together without changing what they mean") {
  CHECK(any_of({}) == "");
  CHECK(any_of({"a | b"}) == "a | b");
  CHECK(any_of({"a & b", "c"}) == "(a & b) | (c)");
  CHECK(both_of("", "a | b") == "a | b");
  CHECK(both_of("drained", "") == "drained");
  CHECK(both_of("drained", "a | b") == "(drained) & (a | b)");
}

TEST_CASE("hosts of a bitmap are counted by state, and what the collector says of itself stays") {
  BitmapAnswer bitmap;
  bitmap.header.capacity = 64;
  bitmap.header.planes = kPlanes;
  bitmap.words.resize(kPlanes);
  const auto put = [&](unsigned slot, std::initializer_list<Plane> planes) {
    for (const Plane plane : planes) {
      bitmap.words[static_cast<std::size_t>(plane)] |= std::uint64_t{1} << slot;
    }
  };
  using enum Plane;
  put(0, {kRegistered, kKnown, kReporting, kHealthy, kWarning});
  put(1, {kRegistered, kKnown, kReporting, kConflict});  // Failing.
  put(2, {kRegistered, kKnown, kReporting, kDrained});   // Failing, and not down.
  put(3, {kRegistered, kKnown, kFlapping});              // Silent.
  put(4, {kRegistered, kKnown, kAwaited});               // Missing.
  put(5, {kRegistered, kAwaited});                       // Expected.
  put(6, {kRegistered});                                 // Unknown.
  SummaryAnswer fleet;
  fleet.hosts = fleet.healthy = 1000;
  fleet.flags = {"panic"};
  fleet.view_age_seconds = 0.5;
  fleet.notices.resize(1);
  fleet.causes.resize(1);
  const SummaryAnswer counted = count_hosts(bitmap, fleet);
  CHECK(counted.hosts == 7);
  CHECK(counted.healthy == 1);
  CHECK(counted.failing == 2);
  CHECK(counted.silent == 1);
  CHECK(counted.missing == 1);
  CHECK(counted.expected == 1);
  CHECK(counted.unknown == 1);
  CHECK(counted.warning == 1);
  CHECK(counted.drained == 1);
  CHECK(counted.flapping == 1);
  CHECK(counted.conflict == 1);
  CHECK(counted.down == 3);
  CHECK(counted.flags == fleet.flags);
  CHECK(counted.view_age_seconds == 0.5);
  CHECK(counted.notices.empty());
  CHECK(counted.causes.empty());
}

}  // namespace
}  // namespace flatline::cli
