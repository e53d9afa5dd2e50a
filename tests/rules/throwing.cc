// Failure and UsageError are thrown where somebody catches them (schema/program/error.h): while a
// program starts, and inside one call at an edge that catches them all. What decides, and what runs
// for every datagram or tick, answers an enum instead.

#include "tests/rules/rules.h"

namespace flatline {
namespace {

const Words kMayThrow = {
    // Reading what was configured, and making what a program stands on; main catches.
    "schema/program/",
    "agent/agent.cc",
    "agent/command_line.cc",
    "agent/config.cc",
    "agent/config_files.cc",
    "agent/epoch_file.cc",
    "agent/loop/handles.cc",
    "agent/leave.cc",
    "agent/loop/datagram_socket.cc",
    "agent/state_file.cc",
    "agent/state_folder.cc",
    "agent/loop/worker.cc",
    "collector/config.cc",
    "collector/fleet/epoch_opener.cc",
    "collector/ingest/loop.cc",
    "collector/ingest/receive_socket.cc",
    "collector/api/census_thread.cc",
    "collector/api/certificate.cc",
    "collector/api/listener.cc",
    "collector/api/server.cc",
    "collector/api/slow_pool.cc",
    // One call at an edge: the journal's steps catch it, and so does whoever answers a request, or
    // whoever is told to reload.
    "collector/journal/",
    "collector/reload.cc",
    // One job, and main catches.
    "tools/",
    "bench/",
    "tests/",
};

}  // namespace

Words paths_of_throwing() {
  return kMayThrow;
}

Breaches breaches_of_throwing(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    if (!is_cpp(source.file) || starts_with_any(source.file, kMayThrow)) continue;
    if (source.file.ends_with("/main.cc")) continue;
    std::size_t number = 0;
    for (const std::string& code : code_of(source.text)) {
      ++number;
      for (const std::string_view thrown : {"throw Failure", "throw UsageError"}) {
        if (code.find(thrown) == std::string::npos) continue;
        breaches.push_back(place(source, number) + ": nobody catches what is thrown here");
      }
    }
  }
  return breaches;
}

}  // namespace flatline
