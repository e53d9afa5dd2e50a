#pragma once

// What may come next on a command line that is being typed. Shells ask it of `flatline __complete`,
// and so know nothing of verbs and options themselves. Pure.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program/manual.h"

namespace flatline::cli {

/// What a verb's declaration says besides its options.
struct VerbForms {
  std::vector<std::string> outputs;  ///< What may follow -o; empty where there is one form only.
  bool writes_file = false;          ///< What follows -o is a file.
  bool may_look_back = false;        ///< `at TIME` may stand before it.
  bool looks_back = false;           ///< This is `at` itself.
};

/// Words that only a collector knows. Each is asked for when it is wanted, and comes empty where
/// the collector does not answer at once, or has more than a shell could show.
struct CollectorWords {
  std::function<std::vector<std::string>(const std::string& beginning)> hosts;
  std::function<std::vector<std::string>()> groups;  ///< `role=web`
  std::function<std::vector<std::string>()> checks;  ///< `disk`
  /// Of the file of contexts, which no collector is asked for: pairs, and collectors by their names.
  std::function<std::vector<std::string>()> contexts;
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

/// The arguments of a command line up to the cursor, as a shell takes them apart. The last one is
/// the word that is being typed, and may be empty.
std::vector<std::string> split_line(std::string_view line);

/// What may come in the place of the last of `arguments`, whose first is the program.
Candidates complete(const ManualCommand& program, const std::map<std::string, VerbForms>& verbs,
                    const std::vector<std::string>& arguments, const CollectorWords& collector);

/// What `flatline __complete` prints: `words`, `files` or `folders`, and then a line for each word,
/// with a tab before what is said of it.
std::string candidates_text(const Candidates& candidates);

/// The script by which a shell asks; empty if there is no such shell.
std::string_view completion_script(std::string_view shell);
inline constexpr std::string_view kShellsForm = "bash, zsh or fish";

}  // namespace flatline::cli
