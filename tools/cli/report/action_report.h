#pragma once

// What operators did, as text for people. Pure. Text that came from the network is made plain
// before it is shown.

#include <string>
#include <vector>

#include "schema/answers/action_answers.h"

namespace flatline::cli {

/// `drained web-[1-20] until 2026-11-24T07:12:01.000Z`: one line for all hosts that were changed
/// alike, and then what people should know besides.
std::string report_actions_done(const std::vector<ActionDoneAnswer>& changes);

/// A table of actions, the newest first. Hosts that one command changed alike share a row.
std::string report_actions(const ActionPageAnswer& page, bool colored);

/// A table of bans. Hosts under the same ban are folded into one row.
std::string report_orders(const BanPageAnswer& page, bool colored);

}  // namespace flatline::cli
