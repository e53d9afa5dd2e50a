// What goes between shells and `flatline __complete`. The script of a shell hands over the line up
// to the cursor, which is taken apart here as a shell does, and shows the words that come as they
// are.

#include <algorithm>
#include <utility>

#include "tools/cli/completion.h"

namespace flatline::cli {
namespace {

// bash breaks words at = and : too (COMP_WORDBREAKS), and puts what it is given in the place of the
// last part alone, which is $2.
constexpr std::string_view kBash = R"(# bash completion of flatline: flatline completion bash
_flatline() {
  local -a lines
  mapfile -t lines < <("$1" __complete -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  COMPREPLY=("${lines[@]:1}")
  COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
  case "${lines[0]-}" in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    parts) compopt -o nospace ;;
  esac
}
complete -F _flatline flatline
)";

constexpr std::string_view kZsh = R"(#compdef flatline
# zsh completion of flatline: flatline completion zsh
_flatline() {
  local -a lines said space
  lines=("${(@f)$("${words[1]}" __complete -- "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
  case "${lines[1]}" in
    files) compset -P '--[^=]##='; _files; return ;;
    folders) compset -P '--[^=]##='; _files -/; return ;;
    parts) space=(-S '') ;;
  esac
  shift lines
  said=("${(@)lines/$'\t'/  -- }")
  lines=("${(@)lines%%$'\t'*}")
  (( $#lines )) && compadd "$space[@]" -l -d said -a lines
}
if [ "$funcstack[1]" = "_flatline" ]; then
  _flatline "$@"
else
  compdef _flatline flatline
fi
)";

constexpr std::string_view kFish = R"(# fish completion of flatline: flatline completion fish
function __flatline_complete
  set -l lines (flatline __complete -- (commandline -cp | string collect) 2>/dev/null)
  switch "$lines[1]"
    case files
      complete -C "'' "(commandline -ct)
    case folders
      __fish_complete_directories (commandline -ct)
    case '*'
      printf '%s\n' $lines[2..-1]
  end
end
complete -c flatline -f -a '(__flatline_complete)'
)";

/// `name=`, `check:`, `agent<`: what follows them is not known yet, or is another word.
bool is_part(const Candidate& candidate) {
  return !candidate.word.empty() &&
         std::string_view("=:<").find(candidate.word.back()) != std::string_view::npos;
}

std::string_view kind_word(const Candidates& candidates) {
  if (candidates.kind == Candidates::Kind::kFiles) return "files";
  if (candidates.kind == Candidates::Kind::kFolders) return "folders";
  const bool are_parts =
      !candidates.words.empty() && std::ranges::all_of(candidates.words, is_part);
  return are_parts ? "parts" : "words";
}

/// As it is typed outside of quotes.
std::string with_backslashes(std::string_view word) {
  std::string text;
  for (const char c : word) {
    if (std::string_view(" \t\\'\"`$&|;<>()*?![]{}#~").find(c) != std::string_view::npos)
      text += '\\';
    text += c;
  }
  return text;
}

/// Whether a shell takes it within quotes of either kind as it stands, and ends none by it. What
/// hosts call their checks may be made to be run by whoever completes it.
bool is_safe_in_quotes(std::string_view text) {
  return text.find_first_of("'\"`$\\!") == std::string_view::npos;
}

/// Control characters, those of two bytes, U+0080 to U+009F, among them: a line ends by one, and a
/// terminal obeys others.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
    if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next < 0xa0)) return true;
  }
  return false;
}

/// What a candidate adds to what was typed.
std::string_view added_to(std::string_view typed, std::string_view word) {
  return word.starts_with(typed) ? word.substr(typed.size()) : word;
}

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return {};
}

std::string candidates_text(const Candidates& candidates) {
  std::string text(kind_word(candidates));
  text += "\n";
  for (const Candidate& candidate : candidates.words) {
    if (has_control(candidate.word)) continue;
    text += candidate.word;
    if (!candidate.what.empty()) text += "\t" + candidate.what;
    text += "\n";
  }
  return text;
}

Candidates in_place_of(std::string_view replaced, const TypedLine& typed, Candidates candidates) {
  const std::string_view argument = typed.arguments.back();
  const std::size_t kept = argument.ends_with(replaced) ? argument.size() - replaced.size() : 0;
  if (typed.is_quoted) {
    std::erase_if(candidates.words, [&](const Candidate& candidate) {
      return !is_safe_in_quotes(added_to(argument, candidate.word));
    });
  }
  for (Candidate& candidate : candidates.words) {
    candidate.word.erase(0, kept);
    if (!typed.is_quoted) candidate.word = with_backslashes(candidate.word);
  }
  return candidates;
}

}  // namespace flatline::cli
