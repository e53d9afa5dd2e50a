// Folders are rooms, and arrows between rooms run one way (DESIGN, section 8).

#include <algorithm>
#include <map>

#include "tests/rules/rules.h"

namespace flatline {
namespace {

const std::vector<Room> kRooms = {
    // The schema's top is limits, time and invariant: everybody stands on it.
    {"schema/limits/", {}},
    {"schema/", {"schema/limits/"}},
    {"schema/wire/", {"schema/"}},
    {"schema/answers/", {"schema/", "schema/wire/"}},
    {"schema/program/", {"schema/", "schema/wire/"}},

    // What the agent's checks run on; the agent's own files run the checks.
    {"agent/core/", {"schema/", "schema/wire/", "schema/program/"}},
    {"agent/loop/", {"schema/", "schema/program/"}},
    {"agent/checks/", {"agent/core/", "agent/loop/", "schema/", "schema/wire/", "schema/program/"}},
    {"agent/", {"agent/*", "schema/", "schema/wire/", "schema/program/"}},

    {"collector/view/", {"schema/*"}},
    {"collector/fleet/", {"collector/view/", "schema/*"}},
    {"collector/ingest/", {"collector/fleet/", "collector/view/", "schema/*"}},
    {"collector/journal/", {"collector/view/", "schema/*"}},
    {"collector/web/", {}},
    {"collector/api/", {"collector/view/", "collector/web/", "schema/*"}},
    {"collector/", {"collector/*", "schema/*"}},

    // A verb stands on the command line's parts; who knows all verbs stands above them.
    {"tools/cli/report/", {"agent/core/", "schema/*"}},
    {"tools/cli/", {"tools/cli/report/", "schema/*"}},
    {"tools/cli/screen/", {"tools/cli/report/", "schema/*"}},
    {"tools/cli/watch/", {"tools/cli/", "tools/cli/report/", "tools/cli/screen/", "schema/*"}},
    {"tools/cli/verbs/", {"tools/cli/", "tools/cli/report/", "tools/cli/watch/", "schema/*"}},
    {"tools/cli/command_line.cc",
     {"tools/cli/", "tools/cli/report/", "tools/cli/verbs/", "schema/*"}},
    {"tools/cli/main.cc", {"tools/cli/", "tools/cli/report/", "tools/cli/verbs/", "schema/*"}},
    {"tools/sim/", {"agent/core/", "schema/", "schema/wire/", "schema/program/"}},

    {"tests/harness/", {"schema/*", "agent/*", "collector/*", "tools/*"}},
    {"tests/schema/", {"tests/harness/", "schema/*"}},
    {"tests/agent/", {"tests/harness/", "agent/*", "schema/*"}},
    {"tests/collector/", {"tests/harness/", "collector/*", "schema/*"}},
    {"tests/tools/", {"tests/harness/", "tools/*", "agent/core/", "schema/*"}},
    {"tests/simulation/", {"tests/harness/", "collector/*", "agent/*", "tools/sim/", "schema/*"}},
    {"tests/end_to_end/", {"tests/harness/", "schema/*"}},
    {"tests/golden/", {"tests/harness/", "schema/*"}},
    {"tests/bench/", {"tests/harness/", "bench/*", "schema/*"}},
    {"tests/rules/", {}},

    // Proofs stand on what they share, and on the made fleets of the collector's benchmarks.
    {"bench/", {"tests/harness/", "schema/*", "agent/*", "collector/*", "tools/*"}},
    {"bench/schema/", {"bench/", "schema/*"}},
    {"bench/agent/", {"bench/", "agent/*", "schema/*"}},
    {"bench/proofs/",
     {"bench/", "tests/harness/", "schema/*", "agent/*", "collector/*", "tools/*"}},
    {"bench/collector/",
     {"bench/", "bench/proofs/", "tests/harness/", "schema/*", "agent/*", "collector/*",
      "tools/*"}},
    {"bench/proofs/detection/",
     {"bench/", "bench/proofs/", "bench/collector/", "tests/harness/", "schema/*", "agent/*",
      "collector/*", "tools/*"}},
    {"bench/proofs/fleet/",
     {"bench/", "bench/proofs/", "bench/collector/", "tests/harness/", "schema/*", "agent/*",
      "collector/*", "tools/*"}},
    {"bench/proofs/flood/",
     {"bench/", "bench/proofs/", "tests/harness/", "schema/*", "agent/*", "collector/*",
      "tools/*"}},
    {"bench/proofs/limit/",
     {"bench/", "bench/proofs/", "bench/collector/", "tests/harness/", "schema/*", "agent/*",
      "collector/*", "tools/*"}},
    {"bench/proofs/scale/",
     {"bench/", "bench/proofs/", "bench/collector/", "tests/harness/", "schema/*", "agent/*",
      "collector/*", "tools/*"}},
};

/// The room of a file or header: the row with the longest beginning of its path.
const Room* room_of(std::string_view file) {
  const Room* longest = nullptr;
  for (const Room& room : kRooms) {
    if (!file.starts_with(room.path)) continue;
    if (longest == nullptr || room.path.size() > longest->path.size()) longest = &room;
  }
  return longest;
}

bool names(std::string_view entry, std::string_view path) {
  return entry.ends_with('*') ? path.starts_with(entry.substr(0, entry.size() - 1)) : path == entry;
}

bool may_include(const Room& from, const Room& to) {
  return &from == &to || std::any_of(from.may_include.begin(), from.may_include.end(),
                                     [&](std::string_view entry) { return names(entry, to.path); });
}

/// A new folder is a new room, with a row that says what may come in; but for tests, whose folders
/// mirror the others.
bool has_no_row(std::string_view file) {
  if (file.starts_with("tests/")) return false;
  const std::string_view folder = folder_of(file);
  return std::none_of(kRooms.begin(), kRooms.end(),
                      [&](const Room& room) { return room.path == folder; });
}

/// Follows the arrows in depth; a room that is met again on the way closes a circle.
class CircleSearch {
 public:
  explicit CircleSearch(const std::vector<Room>& rooms) : rooms_(rooms) {}

  Breaches find() {
    for (const Room& room : rooms_) visit(room);
    return circles_;
  }

 private:
  enum class Visit { kNone, kOnTheWay, kDone };

  void visit(const Room& room) {
    Visit& state = visits_[room.path];
    if (state == Visit::kDone) return;
    way_.push_back(room.path);
    if (state == Visit::kOnTheWay) {
      tell_circle();
    } else {
      state = Visit::kOnTheWay;
      for (const Room& next : rooms_) {
        if (&next != &room && leads_to(room, next)) visit(next);
      }
      state = Visit::kDone;
    }
    way_.pop_back();
  }

  static bool leads_to(const Room& from, const Room& to) {
    return std::any_of(from.may_include.begin(), from.may_include.end(),
                       [&](std::string_view entry) { return names(entry, to.path); });
  }

  void tell_circle() {
    std::string circle = "circle:";
    for (auto at = std::find(way_.begin(), way_.end(), way_.back()); at != way_.end(); ++at) {
      circle += " " + std::string(*at);
    }
    circles_.push_back(circle);
  }

  const std::vector<Room>& rooms_;
  std::map<std::string_view, Visit> visits_;
  std::vector<std::string_view> way_;
  Breaches circles_;
};

}  // namespace

Breaches breaches_of_rooms(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    if (!is_cpp(source.file)) continue;
    const Room* room = room_of(source.file);
    if (room == nullptr || has_no_row(source.file)) {
      breaches.push_back(place(source, 1) + ": " + std::string(folder_of(source.file)) +
                         " has no row in the table of rooms");
      continue;
    }
    std::size_t number = 0;
    for (const std::string_view line : lines_of(source.text)) {
      ++number;
      const std::string_view header = included_by(line);
      if (!is_ours(header) || !is_header(header)) continue;  // kinds.inc is made by the build.
      const Room* target = room_of(header);
      if (target == nullptr || !may_include(*room, *target)) {
        breaches.push_back(place(source, number) + ": " + std::string(room->path) +
                           " may not include " + std::string(header));
      }
    }
  }
  return breaches;
}

Breaches circles_between(const std::vector<Room>& rooms) {
  return CircleSearch(rooms).find();
}

Breaches breaches_in_table_of_rooms() {
  Breaches breaches = circles_between(kRooms);
  for (const Room& room : kRooms) {
    for (const std::string_view entry : room.may_include) {
      if (std::none_of(kRooms.begin(), kRooms.end(),
                       [&](const Room& other) { return names(entry, other.path); })) {
        breaches.push_back(std::string(room.path) + ": no such room: " + std::string(entry));
      }
    }
    const Tree& tree = whole_tree();
    if (std::none_of(tree.begin(), tree.end(),
                     [&](const Source& source) { return source.file.starts_with(room.path); })) {
      breaches.push_back(std::string(room.path) + ": nothing is in this room");
    }
  }
  return breaches;
}

}  // namespace flatline
