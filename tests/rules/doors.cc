// Libraries stay behind their doors.

#include "tests/rules/rules.h"

namespace flatline {
namespace {

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
     {"schema/answers/action_json.cc", "schema/answers/census_json.cc",
      "schema/answers/event_json.cc", "schema/answers/group_json.cc", "schema/answers/past_json.cc",
      "schema/answers/summary_json.cc", "schema/answers/view_json.cc"}},
    {"toml", {"schema/program/settings.cc"}},
    {"spdlog/", {"schema/program/log.cc"}},
    {"sqlite3.h", {"collector/journal/", "tests/collector/journal/"}},
    {"microhttpd.h", {"collector/api/"}},
    {"gnutls/", {"collector/api/certificate.cc", "collector/api/tls.cc"}},
    {"curl/", {"tools/"}},
    {"curses.h", {"tools/cli/watch/full_screen.cc"}},
    {"term.h", {"tools/cli/watch/full_screen.cc"}},
    {"prometheus/", {"collector/api/metric_page.cc"}},
    {"gcrypt.h", {"collector/fleet/epoch_opener.cc"}},
    {"sodium.h", {"schema/", "agent/", "collector/", "tests/schema/", "tests/harness/"}},
    {"uv.h", {"agent/", "collector/", "tests/agent/", "tests/collector/"}},
    {"benchmark/", {"bench/"}},
    {"doctest/", {"tests/"}},
};

/// Libraries whose types headers only forward-declare; but for a header that is a door itself.
const Words kNeverInHeaders = {"capnp/",       "kj/",         "toml",   "spdlog/",  "sqlite3.h",
                               "microhttpd.h", "curl/",       "CLI/",   "sodium.h", "gcrypt.h",
                               "uv.h",         "prometheus/", "gnutls/"};

bool is_door(std::string_view file) {
  return file == "schema/answers/capnp_json.h";
}

}  // namespace

Words paths_of_doors() {
  Words paths;
  for (const Door& door : kDoors) {
    paths.insert(paths.end(), door.files.begin(), door.files.end());
  }
  return paths;
}

Breaches breaches_of_doors(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    std::size_t number = 0;
    for (const std::string_view line : lines_of(source.text)) {
      ++number;
      const std::string_view header = included_by(line);
      if (header.empty()) continue;
      for (const Door& door : kDoors) {
        if (header.starts_with(door.header) && !starts_with_any(source.file, door.files)) {
          breaches.push_back(place(source, number) + ": " + std::string(header) +
                             " stays behind its door");
        }
      }
      if (is_header(source.file) && !is_door(source.file) &&
          starts_with_any(header, kNeverInHeaders)) {
        breaches.push_back(place(source, number) + ": " + std::string(header) +
                           " is for a .cc alone");
      }
    }
  }
  return breaches;
}

}  // namespace flatline
