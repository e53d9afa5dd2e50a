// What decides is handed the time and does no I/O. Pure are whole folders, and besides whatever
// header says so of itself with the word `Pure` in its opening comment, so that the claim is held.

#include <set>

#include "tests/rules/rules.h"

namespace flatline {
namespace {

const Words kPureFolders = {
    "agent/core/",    "collector/fleet/", "collector/view/",   "schema/answers/",
    "schema/limits/", "schema/wire/",     "tools/cli/report/", "tools/cli/screen/",
};

/// The schema's top, on which all rooms stand.
const Words kPureFiles = {"schema/invariant.", "schema/limits.", "schema/time."};

/// Plain values that pure code may hold, although their .cc knows the kernel's forms of them.
const Words kValues = {"schema/program/address.h", "schema/program/error.h"};

/// Who reads what another thread writes may have to leave it the processor for a moment. It tells
/// no time by that.
constexpr std::string_view kRests = "collector/view/seqlock.cc";
constexpr std::string_view kRest = "<time.h>";

const Words kNotPure = {"_clock",
                        "<ctime>",
                        "<time.h>",
                        "clock_gettime",
                        "schema/program/clock.h",
                        "uv.h",
                        "sqlite3.h",
                        "microhttpd.h",
                        "<sys/socket.h>",
                        "<sys/stat.h>",
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
                        "<condition_variable>",
                        "<random>",
                        "random_device",
                        "getenv",
                        "schema/program/log.h",
                        "schema/program/settings.h",
                        "schema/program/key_file.h"};

/// The comment that a header opens with, as one line.
std::string opening_comment(std::string_view text) {
  std::string comment;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("// ")) {
      comment += std::string(line.substr(2));
    } else if (!comment.empty() || (!line.empty() && line != "#pragma once")) {
      break;
    }
  }
  return comment;
}

/// `Pure.`, `Pure: callers say what time it is.`, `It is pure: ...`, `Rows to answers: pure.`
bool says_pure(const Source& source) {
  // Benchmarks measure; where a part of one calls itself pure, it is so among its own.
  if (!is_header(source.file) || source.file.starts_with("bench/")) return false;
  const std::string comment = opening_comment(source.text);
  for (const std::string_view claim :
       {" Pure.", " Pure:", " Pure;", " Pure,", " is pure", ": pure"}) {
    if (comment.find(claim) != std::string::npos) return true;
  }
  return false;
}

/// The stems of all pure files.
std::set<std::string_view> pure_stems(const Tree& tree) {
  std::set<std::string_view> stems;
  for (const Source& source : tree) {
    if (!is_cpp(source.file)) continue;
    if (starts_with_any(source.file, kPureFolders) || starts_with_any(source.file, kPureFiles) ||
        says_pure(source)) {
      stems.insert(stem_of(source.file));
    }
  }
  return stems;
}

}  // namespace

Words paths_of_purity() {
  Words paths = kPureFolders;
  for (const Words& files : {kPureFiles, kValues}) {
    paths.insert(paths.end(), files.begin(), files.end());
  }
  return paths;
}

Breaches breaches_of_purity(const Tree& tree) {
  Breaches breaches;
  const std::set<std::string_view> pure = pure_stems(tree);
  std::set<std::string_view> files;
  for (const Source& source : tree) files.insert(source.file);
  for (const Source& source : tree) {
    if (!is_cpp(source.file) || !pure.contains(stem_of(source.file))) continue;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(source.text)) {
      ++number;
      const std::string_view code = line.substr(0, line.find("//"));
      for (const std::string_view word : kNotPure) {
        if (code.find(word) == std::string_view::npos) continue;
        if (source.file == kRests && word == kRest) continue;
        breaches.push_back(place(source, number) + ": pure code has no " + std::string(word));
      }
      const std::string_view header = included_by(line);
      if (files.contains(header) && !pure.contains(stem_of(header)) &&
          !starts_with_any(header, kValues)) {
        breaches.push_back(place(source, number) + ": " + std::string(header) +
                           " does not say that it is pure");
      }
    }
  }
  return breaches;
}

}  // namespace flatline
