#pragma once

// What changed from one round of questions to the next, newest first. It is found by comparing
// bitmaps, which costs the same whether nothing changed or everything. Pure.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "tools/cli/report/mark.h"
#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {

/// Hosts that went the same way within one round.
struct Change {
  std::string time;  ///< Of the view that shows it: `02:39:19Z`; `in 5m` of what came before.
  Mark before = kFree;
  Mark after = kFree;
  std::uint32_t hosts = 0;
  bool is_part = false;  ///< There are more, of which nobody told.
  std::string names;     ///< Folded; of many hosts, the first.
};

/// `02:39:19Z` of a moment in RFC 3339; the text itself, made plain, where it is no such moment.
std::string clock_time(const std::string& rfc3339);

class Changes {
 public:
  /// Takes what a round told, and compares it with the one before. A round that came before is
  /// passed over. Where another filter was asked for, it begins anew, with what the collector has
  /// stored of the minutes before.
  void take(const Told& told);

  [[nodiscard]] const std::deque<Change>& newest() const { return newest_; }
  /// Since when it has compared; empty before the first round.
  [[nodiscard]] const std::string& since() const { return since_; }

 private:
  void add_round(const Now& before, const Now& after, const NamePages& names);

  std::shared_ptr<const Now> last_;
  std::shared_ptr<const Recent> recent_;
  std::string since_;
  std::deque<Change> newest_;
};

/// What a diff of the past tells, in the same form.
std::vector<Change> changes_of(const Past& past);

}  // namespace flatline::cli::screen
