#pragma once

// Changes the file of a collector's tokens (schema/program/token_list.h). What people wrote into it
// besides stays as it is; owner, group and mode of the file do, too, so that a collector of another
// user goes on reading it. One program at a time changes it, and the others wait.

#include <filesystem>
#include <string>
#include <vector>

#include "schema/program/token_list.h"

namespace flatline::cli {

/// What a list holds, whoever may read it. Throws Failure.
std::vector<TokenEntry> tokens_in(const std::filesystem::path& path);

/// Puts an entry into the list, which is made where there is none. Where an entry of that name is
/// there, it is replaced if `replace` says so. Throws Failure, and then the file is as it was.
void put_token(const std::filesystem::path& path, const TokenEntry& entry, bool replace);

/// Takes the entry of that name out. Throws Failure where there is none.
void remove_token(const std::filesystem::path& path, const std::string& name);

}  // namespace flatline::cli
