// How a program asks the system (schema/program/error.h): a descriptor is closed by its owner
// alone, and whether a file is there is asked where the answer may be that nobody knows.

#include "tests/rules/rules.h"

namespace flatline {
namespace {

const Words kPrograms = {"schema/", "agent/", "collector/", "tools/"};

struct Call {
  std::string_view words;
  std::string_view instead;
};

const std::vector<Call> kCalls = {
    {" ::close(", "schema/program/descriptor.h closes what it owns"},
    {"fs::exists(", "schema/program/presence.h answers where a disk fails, too"},
    {"filesystem::exists(", "schema/program/presence.h answers where a disk fails, too"},
    {"fs::file_size(", "schema/program/presence.h answers where a disk fails, too"},
    {"filesystem::file_size(", "schema/program/presence.h answers where a disk fails, too"},
};

}  // namespace

Breaches breaches_of_asking(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    if (!is_cpp(source.file) || !starts_with_any(source.file, kPrograms)) continue;
    if (source.file == "schema/program/descriptor.cc") continue;
    std::size_t number = 0;
    for (const std::string& code : code_of(source.text)) {
      ++number;
      for (const Call& call : kCalls) {
        if (code.find(call.words) == std::string::npos) continue;
        breaches.push_back(place(source, number) + ": " + std::string(call.instead));
      }
    }
  }
  return breaches;
}

}  // namespace flatline
