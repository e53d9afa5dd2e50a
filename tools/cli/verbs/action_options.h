#pragma once

// The options that actions share, on the command line: who asks, why, and under which key.

#include <memory>
#include <string>

#include "tools/cli/verbs/perform.h"

namespace flatline::cli {

/// What the options are read into. It lives as long as the verb that they belong to.
using SharedArguments = std::shared_ptr<ActionArguments>;

/// Arguments that name the person who types as the one who asks.
SharedArguments fresh_arguments();

/// Declares what every action has: its forms of output, its token, --by and --key.
void add_common(Verb& verb, const SharedArguments& options);

/// Declares a --why that may be left out.
void add_why(Verb& verb, const SharedArguments& options);

/// Reads the reason, which must be one line of text that the collector takes. Throws UsageError.
std::string read_why(const std::string& text, std::size_t least_bytes);

/// The arguments of an action with the names of stdin, if one of its hosts is `-`.
ActionArguments with_listed(ActionArguments options);

}  // namespace flatline::cli
