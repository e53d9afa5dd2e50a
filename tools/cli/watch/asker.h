#pragma once

// Asks a collector, round after round, for all that the screen shows. A round is the same questions
// however the hosts are: summary, bitmap, groups and checks; of the filter, the host and the past
// moment that are wanted, one each; and a page of names, until all are known, and twice a minute
// the hosts' labels. It has no thread: PollThread takes its steps.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/client.h"
#include "tools/cli/screen/told.h"

namespace flatline::cli::watch {

class Asker {
 public:
  explicit Asker(Client& client) : client_(client) {}

  /// Asks all of a round. It throws nothing: what goes wrong is in the answer.
  screen::Told ask(const screen::Wanted& wanted);

  /// How long to wait until the next view is published, if there is one every `round` at most.
  [[nodiscard]] std::chrono::milliseconds until_next(std::chrono::milliseconds round) const;

 private:
  void ask_round(const screen::Wanted& wanted);
  /// Another collector of the pair answers: what slots and moments were of the last one goes.
  void begin_with_another();
  void ask_now(const screen::Wanted& wanted);
  void ask_host(const screen::Wanted& wanted);
  void ask_past(const screen::Wanted& wanted);
  void fill_past(screen::Past& past);
  void ask_recent();
  DiffAnswer diff_page(WallTime from, WallTime to, const std::string& filter);
  void ask_names();
  void ask_labels();

  Client& client_;
  screen::Told told_;             ///< What is known so far.
  std::string name_cursor_;       ///< Behind which name the next page begins.
  std::size_t name_page_ = 0;     ///< Which page that is.
  std::string names_generation_;  ///< All pages have been read under this generation.
  std::string round_generation_;  ///< The first page of those that are being read was of this one.
  std::vector<std::string> label_keys_;  ///< Of which keys the hosts' labels are known,
  std::optional<Instant> labels_at_;     ///< and when they were asked for.
};

}  // namespace flatline::cli::watch
