#pragma once

// What operators did, as text for people. Pure. Text that came from the network is made plain
// before it is shown. Lines are broken at `columns`; 0 stands for no end of them.

#include <cstddef>
#include <string>
#include <vector>

#include "schema/answers/action_answers.h"

namespace flatline::cli {

/// `drained web-[1-20] until 2026-11-24T07:12:01.000Z`: one line for all hosts that were changed
/// alike, and then what people should know besides.
std::string report_actions_done(const std::vector<ActionDoneAnswer>& changes,
                                std::size_t columns = 0);

/// A table of actions, the newest first. Hosts that one command changed alike share a row.
std::string report_actions(const ActionPageAnswer& page, bool colored, std::size_t columns = 0);

/// A table of bans. Hosts under the same ban are folded into one row.
std::string report_orders(const BanPageAnswer& page, bool colored, std::size_t columns = 0);

}  // namespace flatline::cli
