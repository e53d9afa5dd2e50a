#pragma once

// What may come next on a command line that is being typed. Shells ask it of `flatline __complete`,
// and so know nothing of verbs and options themselves. Pure.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program/manual.h"
#include "tools/cli/completion_line.h"

namespace flatline::cli {

/// Words that only a collector knows. Each is asked for when it is wanted, and comes empty where
/// the collector does not answer at once, or has more than a shell could show.
struct CollectorWords {
  std::function<std::vector<std::string>(const std::string& beginning)> hosts;
  std::function<std::vector<std::string>()> groups;  ///< `role=web`
  std::function<std::vector<std::string>()> checks;  ///< `disk`
  /// Of the file of contexts, which no collector is asked for: pairs, and collectors by their
  /// names.
  std::function<std::vector<std::string>()> contexts;
  std::function<std::vector<std::string>()> collectors;  ///< Of that file, too.
};

struct Candidate {
  std::string word;  ///< The whole argument, without quotes.
  std::string what;  ///< A few words about it; may be empty.
};

struct Candidates {
  enum class Kind { kWords, kFiles, kFolders };
  Kind kind = Kind::kWords;
  std::vector<Candidate> words;
};

/// What may come in the place of the last of `arguments`, whose first is the program.
Candidates complete(const ManualCommand& program, const std::map<std::string, VerbForms>& verbs,
                    const std::vector<std::string>& arguments, const CollectorWords& collector);

/// What `flatline __complete` prints: `words`, `parts`, `files` or `folders`, and then a line for
/// each word, with a tab before what is said of it. `parts` are words that are not whole yet, as
/// `name=`: no space comes behind them.
std::string candidates_text(const Candidates& candidates);

/// The same for a shell that puts each word, as it comes, in the place of `replaced`: of the end of
/// what was typed, where the shell breaks words elsewhere than we do. So words come without what
/// stands before it, and with a backslash before what would mean something to the shell. Within
/// quotes that does not help, so what would end them, or be run within them, is left out.
Candidates in_place_of(std::string_view replaced, const TypedLine& typed, Candidates candidates);

/// The script by which a shell asks; empty if there is no such shell.
std::string_view completion_script(std::string_view shell);
inline constexpr std::string_view kShellsForm = "bash, zsh or fish";

}  // namespace flatline::cli
