#pragma once

// Asks a collector how the groups of its hosts are.

#include <string>

#include "schema/answers/group_answers.h"
#include "tools/cli/client.h"

namespace flatline::cli {

/// The groups of one key, or of all where `by` is empty. Throws as Client::get() does, and Failure
/// where the answer is not a collector's.
GroupsAnswer ask_groups(Client& client, const std::string& by);
/// Their JSON as it came.
std::string ask_groups_json(Client& client, const std::string& by);

}  // namespace flatline::cli
