#pragma once

// The verbs, by group. Each declares itself in the file that does its work, and owns the variables
// that its arguments are read into.

#include <string_view>

#include "schema/program/standard_files.h"
#include "tools/cli/client.h"
#include "tools/cli/collectors.h"
#include "tools/cli/command_line.h"
#include "tools/cli/terminal.h"

namespace flatline::cli {

/// What the verbs that ask a collector work with.
struct Session {
  const CommonOptions& options;
  Terminal terminal;
  Client client;  ///< Of those that were chosen.
  Collectors& collectors;
  const Chosen& chosen;
  [[nodiscard]] bool colored() const { return terminal.takes_escapes && !options.no_color; }
  /// How wide lines for people may be; 0, which stands for any width, where no terminal shows them.
  [[nodiscard]] std::size_t columns() const { return terminal.is_terminal ? terminal.columns : 0; }
};

void add_keygen_verb(CommandLine& line);   ///< keygen
void add_enroll_verb(CommandLine& line);   ///< enroll
void add_status_verbs(CommandLine& line);  ///< status, watch
void add_check_verb(CommandLine& line);    ///< check
void add_group_verbs(CommandLine& line);   ///< groups
void add_host_verbs(CommandLine& line);    ///< ls, show
void add_checks_verb(CommandLine& line);   ///< checks
void add_keys_verb(CommandLine& line);     ///< keys
void add_bitmap_verbs(CommandLine& line);  ///< bitmap, map
void add_past_verbs(CommandLine& line);    ///< at, diff, history
void add_events_verb(CommandLine& line);   ///< events
void add_action_verbs(CommandLine& line);  ///< drain, forget, freeze, …
void add_expect_verb(CommandLine& line);   ///< expect
void add_record_verbs(CommandLine& line);  ///< actions
void add_token_verbs(CommandLine& line);   ///< token, whoami

void add_contexts_verb(CommandLine& line);
/// completion, and what its scripts ask.
void add_completion_verbs(CommandLine& line);

/// The foot of --help of verbs that take filters.
inline constexpr std::string_view kFilterHelp =
    "A filter is made of states (healthy failing silent unknown expected missing),\n"
    "planes (warning drained flapping conflict registered known reporting awaited),\n"
    "down, all; LABEL=VALUE, name=, check:NAME, check:NAME=STATE, agent<VERSION,\n"
    "config=HASH, key=ID, with * and ? in values; ! & | ( ), or not, and, or.\n"
    "Several filters: hosts that match any.";

/// Throws UsageError if what was typed is no host name.
void require_host_name(const std::string& name);

/// `; did you mean db-1?` where no host is registered as `name` but one of a name like it. Empty if
/// there is none, or the collector does not tell.
std::string host_hint(Client& client, const std::string& name);

/// Says on stderr which of the hosts that are about to be named for the first time differ from a
/// registered one in case alone: they are different hosts, and that is seldom meant.
void tell_case_twins(Client& client, const std::vector<std::string>& folded);

/// Says on stderr what must be known of an answer; nothing if that is empty.
void tell_note(const std::string& note);

/// Says on stderr how many hosts a list of names lacks because their names are no longer known.
void tell_left_out(std::size_t nameless);

}  // namespace flatline::cli
