#pragma once

// Follows a fleet until it is told to end: `events --follow`.

#include <cstddef>
#include <optional>
#include <string>

#include "schema/answers/past_answers.h"
#include "schema/time.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {

/// Prints events as lines: for people, or of JSON. What is printed is kept together until flush(),
/// which whoever prints calls where nothing more comes at once.
class EventPrinter {
 public:
  explicit EventPrinter(const Session& session) : session_(session) {}
  void operator()(const EventAnswer& event);
  void flush();
  [[nodiscard]] std::size_t printed() const { return printed_; }

 private:
  const Session& session_;
  std::string text_;
  std::size_t printed_ = 0;
};

/// Prints what changes, tick by tick, and before it what happened since `since`. Returns the exit
/// code: 0 when a signal ends it, or when nobody reads on. Throws what keeps it from beginning.
int follow(Session& session, const std::string& filter, std::size_t lines,
           std::optional<WallTime> since);

}  // namespace flatline::cli
