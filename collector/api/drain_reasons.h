#pragma once

// Why hosts are drained, and by whom, which the rows of the host table do not hold: it is read from
// the actions that are remembered, once for an answer and only where it shows a drained host.

#include <map>
#include <utility>

#include "collector/view/action_board.h"
#include "collector/view/host_table.h"
#include "schema/answers/view_answers.h"

namespace flatline {

class DrainReasons {
 public:
  explicit DrainReasons(const ActionBoard& board) : board_(board) {}

  /// Adds to a row that says until when the host is drained why it is, and by whom.
  void explain(const HostRecord& record, HostRowAnswer& row);

 private:
  void read_actions();

  const ActionBoard& board_;
  bool is_read_ = false;
  /// By host and end: a drain that took the place of another one has another end, or says the same.
  std::map<std::pair<AgentId, WallTime>, ActionRecord> drains_;
};

}  // namespace flatline
