#include "tools/cli/report/inventory.h"

#include <doctest/doctest.h>

namespace flatline::cli {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("who is listed and not registered comes; who is merely expected and not listed goes") {
  struct Row {
    Names list;
    Names registered;
    Names expected;
    Names forgotten;
    InventoryChange change;
  };
  const Row rows[] = {
      {{}, {}, {}, {}, {}},
      {{"a", "b"}, {"a", "b"}, {"b"}, {}, {}},
      {{"b", "a"}, {}, {}, {}, {{"b", "a"}, {}, {}, {}}},
      {{"a"}, {"a", "b", "c"}, {"c"}, {}, {{}, {}, {"c"}, {"b"}}},
      {{}, {"a", "b"}, {"a", "b"}, {}, {{}, {}, {"a", "b"}, {}}},
      {{"a", "b"}, {"b"}, {}, {"a", "x"}, {{"a"}, {"a"}, {}, {}}},
      // A host that was forgotten and is expected again is registered, and not kept out.
      {{"a"}, {"a"}, {"a"}, {"a"}, {}}};
  for (const Row& row : rows) {
    const InventoryChange change =
        inventory_change(row.list, row.registered, row.expected, row.forgotten);
    CHECK(change.coming == row.change.coming);
    CHECK(change.admitted == row.change.admitted);
    CHECK(change.going == row.change.going);
    CHECK(change.staying == row.change.staying);
  }
}

TEST_CASE("what would change is told in folded names with their counts") {
  CHECK(report_proposal({{"db-01", "db-02", "web-7"}, {"web-7"}, {"old-1"}, {"x"}}) ==
        "expect 3 hosts: db-[01,02] web-7\n"
        "of these let in again, since they are forgotten, 1 host: web-7\n"
        "take back 1 host: old-1");
  CHECK(report_proposal({{}, {}, {"old-1", "old-2"}, {}}) == "take back 2 hosts: old-[1,2]");
  CHECK(report_proposal({{"a"}, {}, {}, {}}) == "expect 1 host: a");
  CHECK(report_staying({}).empty());
  CHECK(report_staying({{}, {}, {}, {"x-1", "x-2"}}) ==
        "not on the list, but stay: 2 hosts: x-[1,2], for they were heard: forget takes them");
  CHECK(report_staying({{}, {}, {}, {"x"}}) ==
        "not on the list, but stay: 1 host: x, for it was heard: forget takes it");
}

}  // namespace
}  // namespace flatline::cli
