#pragma once

// What operators did, as text for people. Pure. Whatever came from the network is made plain before
// it is shown.

#include <string>
#include <vector>

#include "schema/answers/action_answers.h"

namespace flatline::cli {

/// `drained web-[1-20] until 2026-11-24T07:12:01.000Z`, a line for all hosts alike, and what there
/// is to know besides.
std::string report_actions_done(const std::vector<ActionDoneAnswer>& changes);

/// The newest first; hosts that one command changed alike are one row.
std::string report_actions(const ActionPageAnswer& page, bool colored);

/// Hosts that are forgotten or revoked, folded by what stands against them.
std::string report_orders(const BanPageAnswer& page, bool colored);

}  // namespace flatline::cli
