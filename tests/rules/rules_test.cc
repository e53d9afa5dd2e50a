// The rules of the house, held against the source tree: who may include whom, which door a library
// stays behind, what pure code never touches, how long a file and a function may be, who may throw,
// and that nothing is left lying about. A breach is told as file:line.

#include "tests/rules/rules.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace flatline {
namespace {

void hold(const Breaches& breaches) {
  for (const std::string& breach : breaches) FAIL_CHECK(breach);
  CHECK(breaches.empty());
}

TEST_CASE("areas include only what they may") {
  hold(breaches_of_rooms(whole_tree()));
}
TEST_CASE("arrows between areas run one way") {
  hold(breaches_in_table_of_rooms());
}
TEST_CASE("libraries stay behind their doors") {
  hold(breaches_of_doors(whole_tree()));
}
TEST_CASE("what decides reads no clock and does no I/O") {
  hold(breaches_of_purity(whole_tree()));
}
TEST_CASE("nothing waits in libuv's pool") {
  hold(breaches_of_the_pool(whole_tree()));
}
TEST_CASE("tests never sleep") {
  hold(breaches_of_waiting(whole_tree()));
}
TEST_CASE("files stay short") {
  hold(breaches_of_length(whole_tree()));
}
TEST_CASE("functions stay short") {
  hold(breaches_of_functions(whole_tree()));
}
TEST_CASE("failures are thrown where they are caught") {
  hold(breaches_of_throwing(whole_tree()));
}
TEST_CASE("descriptors have owners, and whether a file is there may be unknown") {
  hold(breaches_of_asking(whole_tree()));
}
TEST_CASE("nothing is there that nobody uses") {
  hold(breaches_of_use(whole_tree()));
}
TEST_CASE("headers begin with pragma once") {
  hold(breaches_of_pragma_once(whole_tree()));
}

TEST_CASE("what pages refer to is there") {
  hold(breaches_of_links(whole_tree()));
}

TEST_CASE("the tables name files that are there") {
  const Tree& tree = whole_tree();
  CHECK(tree.size() > 50);
  for (const Words& table : {paths_of_doors(), paths_of_purity(), paths_of_throwing()}) {
    for (const std::string_view path : table) {
      CAPTURE(std::string(path));
      CHECK(std::any_of(tree.begin(), tree.end(),
                        [&](const Source& source) { return source.file.starts_with(path); }));
    }
  }
}

TEST_CASE("a circle between rooms is found, however long") {
  struct Row {
    std::vector<Room> rooms;
    Breaches circles;
  };
  const std::vector<Row> rows = {
      {{{"a/", {}}, {"b/", {"a/"}}, {"c/", {"a/", "b/"}}}, {}},
      {{{"a/", {"b/"}}, {"b/", {"a/"}}}, {"circle: a/ b/ a/"}},
      {{{"a/", {"b/"}}, {"b/", {"c/"}}, {"c/", {"b/"}}}, {"circle: b/ c/ b/"}},
      {{{"a/", {"a/*"}}, {"a/b/", {}}}, {}},
      {{{"a/", {"a/*"}}, {"a/b/", {"a/"}}}, {"circle: a/ a/b/ a/"}},
  };
  for (const Row& row : rows) CHECK(circles_between(row.rooms) == row.circles);
}

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "\n";
  return text;
}

/// A function of as many lines, its head and its closing brace among them.
std::string function(std::size_t count) {
  return "void f(int a) {" + lines(count - 1) + "}\n";
}

std::string header(std::string_view opening_comment) {
  return "#pragma once\n\n// " + std::string(opening_comment) + "\n\n#include <ctime>\n";
}

struct Row {
  Breaches (*rule)(const Tree&);
  Tree tree;
  std::string breach;  ///< Where it is; empty if there is none.
};

void hold(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.tree[0].file);
    CAPTURE(row.tree[0].text);
    const Breaches breaches = row.rule(row.tree);
    CHECK(breaches.size() == (row.breach.empty() ? 0U : 1U));
    if (!row.breach.empty() && !breaches.empty()) CHECK(breaches[0].starts_with(row.breach + ": "));
  }
}

TEST_CASE("every rule finds what breaks it, and nothing else") {
  hold({
      {breaches_of_rooms, {{"schema/a.cc", "#include \"collector/view/a.h\""}}, "schema/a.cc:1"},
      {breaches_of_rooms, {{"schema/answers/a.cc", "#include \"schema/answers/planes.h\""}}, ""},
      {breaches_of_rooms, {{"schema/a.cc", "#include \"schema/wire/a.h\""}}, "schema/a.cc:1"},
      {breaches_of_rooms, {{"schema/limits.h", "#include \"schema/limits/a.h\""}}, ""},
      {breaches_of_rooms, {{"agent/a.cc", "#include \"schema/limits/a.h\""}}, "agent/a.cc:1"},
      {breaches_of_rooms,
       {{"schema/wire/a.cc", "#include \"schema/program/a.h\""}},
       "schema/wire/a.cc:1"},
      {breaches_of_rooms, {{"agent/a.h", "#include \"collector/view/view.h\""}}, "agent/a.h:1"},
      {breaches_of_rooms, {{"agent/a.h", "\n#include \"agent/checks/a.h\""}}, ""},
      {breaches_of_rooms,
       {{"agent/checks/a.h", "\n#include \"agent/config.h\""}},
       "agent/checks/a.h:2"},
      {breaches_of_rooms, {{"agent/core/a.h", "#include \"agent/a.h\""}}, "agent/core/a.h:1"},
      {breaches_of_rooms,
       {{"collector/a.cc", "#include \"agent/core/schedule.h\""}},
       "collector/a.cc:1"},
      {breaches_of_rooms, {{"collector/a.cc", "#include <vector>"}}, ""},
      {breaches_of_rooms, {{"collector/a.cc", "#include \"collector/api/server.h\""}}, ""},
      {breaches_of_rooms,
       {{"collector/api/a.cc", "#include \"collector/journal/a.h\""}},
       "collector/api/a.cc:1"},
      {breaches_of_rooms, {{"collector/api/a.cc", "#include \"collector/view/a.h\""}}, ""},
      {breaches_of_rooms,
       {{"collector/view/a.h", "#include \"collector/fleet/a.h\""}},
       "collector/view/a.h:1"},
      {breaches_of_rooms,
       {{"collector/view/a.h", "#include \"collector/config.h\""}},
       "collector/view/a.h:1"},
      {breaches_of_rooms, {{"collector/cellar/a.h", ""}}, "collector/cellar/a.h:1"},
      {breaches_of_rooms, {{"bench/cellar/a.h", ""}}, "bench/cellar/a.h:1"},
      {breaches_of_rooms,
       {{"bench/proofs/a.h", "#include \"bench/proofs/fleet/a.h\""}},
       "bench/proofs/a.h:1"},
      {breaches_of_rooms, {{"tools/sim/a.cc", "#include \"agent/core/schedule.h\""}}, ""},
      {breaches_of_rooms, {{"tools/sim/a.cc", "#include \"agent/sender.h\""}}, "tools/sim/a.cc:1"},
      {breaches_of_rooms,
       {{"tools/cli/a.cc", "#include \"collector/view/view.h\""}},
       "tools/cli/a.cc:1"},
      {breaches_of_rooms,
       {{"collector/a.cc", "#include \"tests/harness/main.h\""}},
       "collector/a.cc:1"},
      {breaches_of_rooms,
       {{"tests/harness/a.h", "#include \"tests/collector/a.h\""}},
       "tests/harness/a.h:1"},

      {breaches_of_doors,
       {{"collector/fleet/fleet.cc", "#include <sqlite3.h>"}},
       "collector/fleet/fleet.cc:1"},
      {breaches_of_doors, {{"collector/journal/a.cc", "#include <sqlite3.h>"}}, ""},
      {breaches_of_doors,
       {{"collector/journal/a.h", "#include <sqlite3.h>"}},
       "collector/journal/a.h:1"},
      {breaches_of_doors, {{"agent/a.cc", "#include <kj/io.h>"}}, "agent/a.cc:1"},
      {breaches_of_doors, {{"agent/a.h", "#include <uv.h>"}}, "agent/a.h:1"},
  });
}

TEST_CASE("every rule of code finds what breaks it, and nothing else") {
  hold({
      {breaches_of_purity,
       {{"collector/fleet/fleet_a.cc", "std::chrono::steady_clock::now()"}},
       "collector/fleet/fleet_a.cc:1"},
      {breaches_of_purity, {{"collector/fleet/fleet_a.cc", "  int a;  // No steady_clock."}}, ""},
      {breaches_of_purity, {{"collector/ingest/loop.cc", "std::chrono::steady_clock::now()"}}, ""},
      {breaches_of_purity,
       {{"agent/core/reporter.h", "#include <ctime>"}},
       "agent/core/reporter.h:1"},
      {breaches_of_purity, {{"agent/a.h", header("Is Pure.")}}, "agent/a.h:5"},
      {breaches_of_purity, {{"agent/a.h", header("Adds.\n// Pure: no clock.")}}, "agent/a.h:6"},
      {breaches_of_purity, {{"agent/a.h", header("Adds. Impure.")}}, ""},
      {breaches_of_purity,
       {{"agent/a.cc", "#include <poll.h>"}, {"agent/a.h", "#pragma once\n\n// Adds. Pure.\n"}},
       "agent/a.cc:1"},
      {breaches_of_purity,
       {{"agent/core/a.h", "#include \"agent/b.h\""}, {"agent/b.h", "#pragma once\n\n// Asks.\n"}},
       "agent/core/a.h:1"},
      {breaches_of_purity,
       {{"agent/core/a.h", "#include \"agent/b.h\""}, {"agent/b.h", "#pragma once\n\n// Pure.\n"}},
       ""},

      {breaches_of_the_pool, {{"agent/a.cc", "  uv_getaddrinfo(&loop, &request,"}}, "agent/a.cc:1"},
      {breaches_of_the_pool, {{"agent/a.cc", "  ::getaddrinfo(host,"}}, ""},
      {breaches_of_waiting, {{"tests/a.cc", "std::this_thread::sleep_for(1s);"}}, "tests/a.cc:1"},
      {breaches_of_waiting, {{"tools/a.cc", "std::this_thread::sleep_for(1s);"}}, ""},

      {breaches_of_length, {{"agent/a.cc", lines(400)}}, ""},
      {breaches_of_length, {{"agent/a.cc", lines(401)}}, "agent/a.cc:401"},
      {breaches_of_length, {{"agent/main.cc", lines(100)}}, ""},
      {breaches_of_length, {{"agent/main.cc", lines(101)}}, "agent/main.cc:101"},
      {breaches_of_length, {{"schema/limits/a.h", lines(400)}}, ""},
      {breaches_of_length, {{"schema/limits/a.h", lines(401)}}, "schema/limits/a.h:401"},
      {breaches_of_length, {{"tests/a.cc", lines(600)}}, ""},
      {breaches_of_length, {{"tests/a.cc", lines(601)}}, "tests/a.cc:601"},

      {breaches_of_throwing,
       {{"collector/fleet/a.cc", "throw Failure(a);"}},
       "collector/fleet/a.cc:1"},
      {breaches_of_throwing, {{"agent/core/a.h", "\nthrow UsageError(a);"}}, "agent/core/a.h:2"},
      {breaches_of_throwing,
       {{"collector/fleet/a.cc", "// They throw Failure.\n\"throw Failure\""}},
       ""},
      {breaches_of_throwing, {{"collector/config.cc", "throw Failure(a);"}}, ""},
      {breaches_of_throwing, {{"agent/main.cc", "throw Failure(a);"}}, ""},

      {breaches_of_asking, {{"agent/a.cc", "  ::close(file);"}}, "agent/a.cc:1"},
      {breaches_of_asking, {{"agent/a.cc", "void Database::close() {"}}, ""},
      {breaches_of_asking, {{"schema/program/descriptor.cc", "  ::close(number_);"}}, ""},
      {breaches_of_asking, {{"tools/a.cc", "if (!fs::exists(file)) return;"}}, "tools/a.cc:1"},
      {breaches_of_asking, {{"tests/a.cc", "CHECK(fs::exists(file));"}}, ""},

      {breaches_of_pragma_once, {{"agent/a.h", "#pragma once\n"}}, ""},
      {breaches_of_pragma_once, {{"agent/a.h", "\n#pragma once\n"}}, "agent/a.h:1"},
  });
}

TEST_CASE("long functions are found wherever they stand") {
  hold({
      {breaches_of_functions, {{"agent/a.cc", function(70)}}, ""},
      {breaches_of_functions, {{"agent/a.cc", function(71)}}, "agent/a.cc:1"},
      {breaches_of_functions, {{"tests/a.cc", function(100)}}, ""},
      {breaches_of_functions, {{"tests/a.cc", function(101)}}, "tests/a.cc:1"},
      {breaches_of_functions,
       {{"agent/a.cc", "namespace a {\n" + function(71) + "}"}},
       "agent/a.cc:2"},
      {breaches_of_functions,
       {{"agent/a.h", "class A : B {\n public:\n  " + function(71) + "};"}},
       "agent/a.h:3"},
      {breaches_of_functions,
       {{"agent/a.h", "template <typename Row>\nstruct A {\n" + function(71) + "};"}},
       "agent/a.h:3"},
      {breaches_of_functions,
       {{"agent/a.cc", "extern \"C\" {\n" + function(71) + "}"}},
       "agent/a.cc:2"},
      {breaches_of_functions,
       {{"agent/a.cc", "A::A(int a)\n    : a_(a),\n      b_(a) {" + lines(71) + "}"}},
       "agent/a.cc:1"},
      // Neither a list of values nor a class is a function, nor are braces in texts and comments.
      {breaches_of_functions, {{"agent/a.cc", "class A {" + lines(71) + "};"}}, ""},
      {breaches_of_functions, {{"agent/a.cc", "const A kA = f({" + lines(71) + "});"}}, ""},
      {breaches_of_functions,
       {{"agent/a.cc", "void f() {\n  g(\"{\", '{');  // {\n}" + lines(71)}},
       ""},
      {breaches_of_functions,
       {{"agent/a.cc", "void f() {\n  g(R\"({\n{)\");\n}" + lines(71) + "}"}},
       ""},
  });
}

TEST_CASE("links that lead nowhere are found") {
  const Source api = {"schema/API.md",
                      "# API\n\n## Who may ask, and *why*\n\n```\n# no heading\n```\n"};
  const Source picture = {"web/pictures/rack.png", ""};
  const auto page = [](std::string text) { return Source{"tools/GUIDE.md", std::move(text)}; };
  hold({
      {breaches_of_links, {page("[a](../schema/API.md)"), api}, ""},
      {breaches_of_links, {page("\n[a](../schema/NONE.md)"), api}, "tools/GUIDE.md:2"},
      {breaches_of_links, {page("[a](../schema/API.md#who-may-ask-and-why)"), api}, ""},
      {breaches_of_links, {page("[a](../schema/API.md#who-may)"), api}, "tools/GUIDE.md:1"},
      {breaches_of_links, {page("[a](../schema/API.md#no-heading)"), api}, "tools/GUIDE.md:1"},
      {breaches_of_links, {page("# Here\n[a](#here), [b](https://there.example)")}, ""},
      {breaches_of_links, {page("# Here\n[a](#there)")}, "tools/GUIDE.md:2"},
      {breaches_of_links, {page("![a](../web/pictures/rack.png)"), picture}, ""},
      {breaches_of_links, {page("[a](../web/pictures)"), picture}, ""},
      {breaches_of_links, {page("`[a](b)`\n```\n[a](b)\n```\n")}, ""},
      {breaches_of_links, {page("See (API.md, *API*)."), api}, ""},
      {breaches_of_links, {page("See (schema/API.md, *Limits*)."), api}, "tools/GUIDE.md:1"},
      {breaches_of_links, {page("**Late.** It came late.\n(tools/GUIDE.md, *Late*)")}, ""},
      {breaches_of_links, {page("**Late.** It came late.\n[a](#late)")}, "tools/GUIDE.md:2"},
  });
}

TEST_CASE("what nobody uses is found") {
  const Source user = {"agent/b.cc", "#include \"agent/a.h\""};
  const Source build = {"agent/meson.build", "library('b', 'a.cc', 'b.cc', '../agent/c.cc')"};
  const Source kinds = {"agent/meson.build", "foreach kind : ['disk']\n'checks/' + kind + '.cc'\n"};
  const Source suffix = {"bench/meson.build", "foreach name : ['tick']\nname + '_benchmark.cc'\n"};
  const Source test = {"tests/a_test.cc", "hold(\"a.txt\", \"full\", \"snapshot.hex\");"};
  const Source build_of_test = {"tests/meson.build", "'a_test.cc'"};
  hold({
      {breaches_of_use, {{"agent/a.h", ""}, user, build}, ""},
      {breaches_of_use, {{"agent/c.h", ""}, user, build}, "agent/c.h:1"},
      {breaches_of_use,
       {{"agent/a.h", ""}, {"agent/a.cc", "#include \"agent/a.h\""}, build},
       "agent/a.h:1"},
      {breaches_of_use, {{"agent/a.cc", ""}, build}, ""},
      {breaches_of_use, {{"agent/c.cc", ""}, build}, ""},
      {breaches_of_use, {{"agent/d.cc", ""}, build}, "agent/d.cc:1"},
      {breaches_of_use, {{"agent/checks/disk.cc", ""}, kinds}, ""},
      {breaches_of_use, {{"agent/checks/load.cc", ""}, kinds}, "agent/checks/load.cc:1"},
      {breaches_of_use, {{"bench/tick_benchmark.cc", ""}, suffix}, ""},
      {breaches_of_use, {{"bench/tock_benchmark.cc", ""}, suffix}, "bench/tock_benchmark.cc:1"},
      {breaches_of_use, {{"tests/golden/a.txt", ""}, test, build_of_test}, ""},
      {breaches_of_use, {{"tests/golden/v1-full.snapshot.hex", ""}, test, build_of_test}, ""},
      {breaches_of_use, {{"tests/golden/b.txt", ""}, test, build_of_test}, "tests/golden/b.txt:1"},
  });
}

}  // namespace
}  // namespace flatline
