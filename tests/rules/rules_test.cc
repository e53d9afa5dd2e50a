// The rules of the house, held against the source tree: who may include whom, which door a library
// stays behind, what pure code never touches, and how long a file may be. A breach is told as
// file:line.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace flatline {
namespace {

struct Line {
  std::string file;  ///< From the top of the tree.
  std::size_t number = 0;
  std::string text;
};

using Words = std::vector<std::string_view>;

bool starts_with_any(std::string_view text, const Words& starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return text.starts_with(start); });
}

bool is_source(const std::filesystem::path& path) {
  return path.extension() == ".cc" || path.extension() == ".h";
}

/// Every line of every source below the given folders of the tree.
std::vector<Line> read_tree(const std::filesystem::path& root, const Words& folders) {
  std::vector<Line> lines;
  for (const std::string_view folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      const std::string file = std::filesystem::relative(entry.path(), root).string();
      std::ifstream stream(entry.path());
      std::string text;
      for (std::size_t number = 1; std::getline(stream, text); ++number) {
        lines.push_back({file, number, text});
      }
    }
  }
  return lines;
}

const std::vector<Line>& tree() {
  static const std::vector<Line> lines =
      read_tree(FLATLINE_SOURCE_ROOT, {"schema", "agent", "collector", "tools", "tests", "bench"});
  return lines;
}

/// What the line includes, without quotes or angle brackets; empty if it includes nothing.
std::string included(const Line& line) {
  if (!line.text.starts_with("#include ")) return {};
  const std::size_t start = line.text.find_first_of("<\"");
  const std::size_t end = line.text.find_first_of(">\"", start + 1);
  if (end == std::string::npos) return {};
  return line.text.substr(start + 1, end - start - 1);
}

std::string place_of(const Line& line) {
  return line.file + ":" + std::to_string(line.number);
}

// --- Who may include whom (DESIGN, section 8) ---------------------------------------------------

struct Area {
  std::string_view folder;
  Words may_include;  ///< Beginnings of our own headers' paths.
};

const std::vector<Area> kAreas = {
    {"schema/", {"schema/"}},
    {"agent/", {"agent/", "schema/"}},
    {"collector/", {"collector/", "schema/"}},
    {"tools/", {"tools/", "schema/", "agent/core/schedule.h", "agent/core/reporter.h"}},
    {"bench/", {"bench/", "schema/", "agent/", "collector/", "tools/", "tests/"}},
    {"tests/", {"tests/", "schema/", "agent/", "collector/", "tools/", "bench/"}},
};

std::vector<std::string> breaches_of_areas(const std::vector<Line>& lines) {
  std::vector<std::string> breaches;
  for (const Line& line : lines) {
    const std::string header = included(line);
    const auto is_ours = [&](const Area& area) { return header.starts_with(area.folder); };
    if (std::none_of(kAreas.begin(), kAreas.end(), is_ours)) continue;
    for (const Area& area : kAreas) {
      if (line.file.starts_with(area.folder) && !starts_with_any(header, area.may_include)) {
        breaches.push_back(place_of(line) + ": may not include " + header);
      }
    }
  }
  return breaches;
}

// --- Libraries stay behind their doors ----------------------------------------------------------

struct Door {
  std::string_view header;  ///< Beginning of what is included.
  Words files;              ///< Beginnings of the files that may.
};

const std::vector<Door> kDoors = {
    {"capnp/", {"schema/wire/codec.cc", "schema/answers/capnp_json.h"}},
    {"kj/", {"schema/wire/codec.cc", "schema/answers/capnp_json.h"}},
    {"schema/wire/snapshot.capnp.h", {"schema/wire/codec.cc"}},
    {"schema/answers/view.capnp.h", {"schema/answers/capnp_json.h"}},
    {"schema/answers/capnp_json.h",
     {"schema/answers/action_json.cc", "schema/answers/past_json.cc",
      "schema/answers/summary_json.cc", "schema/answers/view_json.cc"}},
    {"toml", {"schema/program/settings.cc"}},
    {"spdlog/", {"schema/program/log.cc"}},
    {"sqlite3.h", {"collector/journal/", "tests/collector/journal/"}},
    {"microhttpd.h", {"collector/api/"}},
    {"curl/", {"tools/", "agent/http/"}},
    {"gcrypt.h", {"collector/fleet/epoch_opener.cc"}},
    {"sodium.h", {"schema/", "agent/", "collector/", "tests/schema/", "tests/harness/"}},
    {"uv.h", {"agent/", "collector/", "tests/agent/", "tests/collector/"}},
    {"benchmark/", {"bench/"}},
    {"doctest/", {"tests/"}},
};

/// Libraries whose types headers only forward-declare; but for a header that is a door itself.
const Words kNeverInHeaders = {"capnp/",    "kj/",          "toml",  "spdlog/",
                               "sqlite3.h", "microhttpd.h", "curl/", "CLI/",
                               "sodium.h",  "gcrypt.h",     "uv.h"};

std::vector<std::string> breaches_of_doors(const std::vector<Line>& lines) {
  std::vector<std::string> breaches;
  for (const Line& line : lines) {
    const std::string header = included(line);
    if (header.empty()) continue;
    for (const Door& door : kDoors) {
      if (header.starts_with(door.header) && !starts_with_any(line.file, door.files)) {
        breaches.push_back(place_of(line) + ": " + header + " stays behind its door");
      }
    }
    if (line.file.ends_with(".h") && line.file != "schema/answers/capnp_json.h" &&
        starts_with_any(header, kNeverInHeaders)) {
      breaches.push_back(place_of(line) + ": " + header + " is for a .cc alone");
    }
  }
  return breaches;
}

// --- What decides is handed the time and does no I/O --------------------------------------------

/// Beginnings of pure files, without what comes behind: `collector/fleet` is all of the fleet.
const Words kPure = {
    "agent/core/reporter.",
    "agent/core/schedule.",
    "agent/core/threshold.",
    "collector/view/view_board.",
    "collector/fleet/epoch_opener.",
    "collector/ingest/receive_pace.",
    "collector/fleet/budget.",
    "collector/fleet/check_names.",
    "collector/fleet/self_doubt.",
    "collector/view/filter",
    "collector/fleet/flapping.",
    "collector/fleet/fleet",
    "collector/fleet/free_slots.",
    "collector/view/history_step.",
    "collector/journal/chunk.",
    "collector/view/history_shape.",
    "collector/fleet/incoming_datagram.",
    "collector/view/action.",
    "collector/view/action_board.",
    "collector/fleet/action_executor.",
    "collector/fleet/snapshot_order.",
    "collector/view/dirty_table.",
    "collector/fleet/notices.",
    "collector/view/host_table.",
    "collector/view/seqlock.",
    "collector/view/slot_bytes.",
    "collector/fleet/slot_index.",
    "collector/fleet/ban_table.",
    "collector/fleet/sweep.",
    "collector/view/tenancy.",
    "collector/view/timeline.",
    "collector/view/view.",
    "schema/answers/view_answers.",
    "schema/answers/bitmap_answer.",
    "schema/answers/action_json.",
    "schema/answers/action_answers.",
    "schema/wire/check.",
    "schema/wire/codec.",
    "schema/wire/datagram.",
    "schema/program/duration.",
    "schema/program/endpoint.",
    "schema/wire/identity.",
    "schema/limits.",
    "schema/program/wall_time.",
    "schema/wire/outcome.",
    "schema/answers/past_answers.",
    "schema/answers/past_json.",
    "schema/wire/snapshot.",
    "schema/answers/summary_json.",
    "schema/wire/text.",
    "schema/time.",
    "schema/answers/planes.",
    "schema/answers/view_json.",
    "schema/answers/capnp_json.",
    "tools/cli/report/draw.",
    "tools/cli/report/host_patterns.",
    "tools/cli/report/action_report.",
    "tools/cli/report/mark.",
    "tools/cli/report/names.",
    "tools/cli/report/past_report.",
    "tools/cli/report/report.",
    "tools/cli/report/table.",
};

const Words kNotPure = {"_clock",
                        "<ctime>",
                        "<time.h>",
                        "clock_gettime",
                        "schema/program/clock.h",
                        "uv.h",
                        "sqlite3.h",
                        "microhttpd.h",
                        "<sys/socket.h>",
                        "<netinet/",
                        "<arpa/",
                        "<netdb.h>",
                        "<poll.h>",
                        "<unistd.h>",
                        "<fcntl.h>",
                        "<fstream>",
                        "<iostream>",
                        "<filesystem>",
                        "<thread>",
                        "<mutex>",
                        "schema/program/log.h",
                        "schema/program/settings.h",
                        "schema/program/key_file.h"};

std::vector<std::string> breaches_of_purity(const std::vector<Line>& lines) {
  std::vector<std::string> breaches;
  for (const Line& line : lines) {
    if (!starts_with_any(line.file, kPure)) continue;
    const std::string code = line.text.substr(0, line.text.find("//"));
    for (const std::string_view word : kNotPure) {
      if (code.find(word) != std::string::npos) {
        breaches.push_back(place_of(line) + ": pure code has no " + std::string(word));
      }
    }
  }
  return breaches;
}

// --- Nothing waits in libuv's pool ---------------------------------------------------------------

/// What libuv does on the few threads of its pool, where one call that hangs holds up the others:
/// agent/worker.h is there for that.
const Words kPoolCalls = {"uv_getaddrinfo", "uv_getnameinfo", "uv_queue_work", "uv_fs_",
                          "uv_random("};

std::vector<std::string> breaches_of_the_pool(const std::vector<Line>& lines) {
  std::vector<std::string> breaches;
  for (const Line& line : lines) {
    if (!starts_with_any(line.file, {"agent/", "collector/"})) continue;
    for (const std::string_view word : kPoolCalls) {
      if (line.text.find(word) != std::string::npos) {
        breaches.push_back(place_of(line) + ": " + std::string(word) + " waits in libuv's pool");
      }
    }
  }
  return breaches;
}

// --- Tests never sleep; files stay short --------------------------------------------------------

const Words kSleeps = {"sleep_for", "sleep_until", "usleep(", "nanosleep(", "::sleep("};

std::vector<std::string> breaches_of_waiting(const std::vector<Line>& lines) {
  std::vector<std::string> breaches;
  for (const Line& line : lines) {
    // This very file names what it looks for.
    if (!line.file.starts_with("tests/") || line.file == "tests/rules_test.cc") continue;
    for (const std::string_view word : kSleeps) {
      if (line.text.find(word) != std::string::npos) {
        breaches.push_back(place_of(line) + ": a test waits for an event, never for a time");
      }
    }
  }
  return breaches;
}

constexpr std::size_t kSourceLines = 400;
constexpr std::size_t kTestLines = 600;
constexpr std::size_t kMainLines = 100;

std::vector<std::string> breaches_of_length(const std::vector<Line>& lines) {
  std::vector<std::string> breaches;
  for (const Line& line : lines) {
    const std::size_t allowed = line.file.starts_with("tests/")   ? kTestLines
                                : line.file.ends_with("/main.cc") ? kMainLines
                                                                  : kSourceLines;
    if (line.number == allowed + 1) {
      breaches.push_back(place_of(line) + ": longer than " + std::to_string(allowed) + " lines");
    }
  }
  return breaches;
}

// --- The tests ----------------------------------------------------------------------------------

void hold(const std::vector<std::string>& breaches) {
  for (const std::string& breach : breaches) FAIL_CHECK(breach);
  CHECK(breaches.empty());
}

TEST_CASE("areas include only what they may") {
  hold(breaches_of_areas(tree()));
}
TEST_CASE("libraries stay behind their doors") {
  hold(breaches_of_doors(tree()));
}
TEST_CASE("what decides reads no clock and does no I/O") {
  hold(breaches_of_purity(tree()));
}
TEST_CASE("nothing waits in libuv's pool") {
  hold(breaches_of_the_pool(tree()));
}
TEST_CASE("tests never sleep") {
  hold(breaches_of_waiting(tree()));
}
TEST_CASE("files stay short") {
  hold(breaches_of_length(tree()));
}

TEST_CASE("headers begin with pragma once") {
  for (const Line& line : tree()) {
    if (line.number == 1 && line.file.ends_with(".h") && line.text != "#pragma once") {
      FAIL_CHECK(place_of(line), ": must be #pragma once");
    }
  }
}

TEST_CASE("the tables name files that are there") {
  std::set<std::string> files;
  for (const Line& line : tree()) files.insert(line.file);
  CHECK(files.size() > 50);
  for (const std::string_view pure : kPure) {
    CAPTURE(std::string(pure));
    CHECK(std::any_of(files.begin(), files.end(),
                      [&](const std::string& file) { return file.starts_with(pure); }));
  }
}

TEST_CASE("every rule finds what breaks it, and nothing else") {
  using Rule = std::vector<std::string> (*)(const std::vector<Line>&);
  struct Row {
    Rule rule;
    Line line;
    bool breach;
  };
  const std::vector<Row> rows = {
      {breaches_of_areas, {"schema/a.cc", 1, "#include \"collector/view/view.h\""}, true},
      {breaches_of_areas, {"schema/a.cc", 1, "#include \"schema/answers/planes.h\""}, false},
      {breaches_of_areas, {"agent/a.h", 1, "#include \"collector/view/view.h\""}, true},
      {breaches_of_areas, {"collector/a.cc", 1, "#include \"agent/core/schedule.h\""}, true},
      {breaches_of_areas, {"collector/a.cc", 1, "#include <vector>"}, false},
      {breaches_of_areas, {"tools/a.cc", 1, "#include \"agent/core/schedule.h\""}, false},
      {breaches_of_areas, {"tools/a.cc", 1, "#include \"agent/sender.h\""}, true},
      {breaches_of_areas, {"tools/a.cc", 1, "#include \"collector/view/view.h\""}, true},
      {breaches_of_areas, {"collector/a.cc", 1, "#include \"tests/harness/main.h\""}, true},
      {breaches_of_doors, {"collector/fleet/fleet.cc", 1, "#include <sqlite3.h>"}, true},
      {breaches_of_doors, {"collector/journal/a.cc", 1, "#include <sqlite3.h>"}, false},
      {breaches_of_doors, {"collector/journal/a.h", 1, "#include <sqlite3.h>"}, true},
      {breaches_of_doors, {"agent/a.cc", 1, "#include <kj/io.h>"}, true},
      {breaches_of_doors, {"agent/a.h", 1, "#include <uv.h>"}, true},
      {breaches_of_purity,
       {"collector/fleet/fleet_a.cc", 1, "std::chrono::steady_clock::now()"},
       true},
      {breaches_of_purity,
       {"collector/fleet/fleet_a.cc", 1, "  int a;  // No steady_clock."},
       false},
      {breaches_of_purity,
       {"collector/ingest/loop.cc", 1, "std::chrono::steady_clock::now()"},
       false},
      {breaches_of_purity, {"agent/core/reporter.h", 1, "#include <ctime>"}, true},
      {breaches_of_the_pool, {"agent/a.cc", 1, "  uv_getaddrinfo(&loop, &request,"}, true},
      {breaches_of_the_pool, {"agent/a.cc", 1, "  ::getaddrinfo(host,"}, false},
      {breaches_of_waiting, {"tests/a.cc", 1, "std::this_thread::sleep_for(1s);"}, true},
      {breaches_of_waiting, {"tools/a.cc", 1, "std::this_thread::sleep_for(1s);"}, false},
      {breaches_of_length, {"agent/a.cc", 400, ""}, false},
      {breaches_of_length, {"agent/a.cc", 401, ""}, true},
      {breaches_of_length, {"agent/main.cc", 101, ""}, true},
      {breaches_of_length, {"tests/a.cc", 600, ""}, false},
      {breaches_of_length, {"tests/a.cc", 601, ""}, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line.file);
    CAPTURE(row.line.text);
    const auto breaches = row.rule({row.line});
    CHECK(breaches.empty() != row.breach);
    if (row.breach && !breaches.empty()) CHECK(breaches[0].starts_with(place_of(row.line) + ": "));
  }
}

}  // namespace
}  // namespace flatline
