// Nothing waits in libuv's pool, and no test sleeps.

#include "tests/rules/rules.h"

namespace flatline {
namespace {

/// What libuv does on the few threads of its pool, where one call that hangs holds up the others:
/// agent/loop/worker.h is there for that.
const Words kPoolCalls = {"uv_getaddrinfo", "uv_getnameinfo", "uv_queue_work", "uv_fs_",
                          "uv_random("};

const Words kSleeps = {"sleep_for", "sleep_until", "usleep(", "nanosleep(", "::sleep("};

/// A breach for each line of the file that has one of the words.
void find_words(const Source& source, const Words& words, const std::string& why,
                Breaches& breaches) {
  std::size_t number = 0;
  for (const std::string_view line : lines_of(source.text)) {
    ++number;
    for (const std::string_view word : words) {
      if (line.find(word) == std::string_view::npos) continue;
      breaches.push_back(place(source, number) + ": " + std::string(word) + why);
    }
  }
}

}  // namespace

Breaches breaches_of_the_pool(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    if (!starts_with_any(source.file, {"agent/", "collector/"})) continue;
    find_words(source, kPoolCalls, " waits in libuv's pool", breaches);
  }
  return breaches;
}

Breaches breaches_of_waiting(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    // The rules themselves name what they look for.
    if (!source.file.starts_with("tests/") || source.file.starts_with("tests/rules/")) continue;
    find_words(source, kSleeps, ": a test waits for an event, never for a time", breaches);
  }
  return breaches;
}

}  // namespace flatline
