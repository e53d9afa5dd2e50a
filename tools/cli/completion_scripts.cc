// What goes between shells and `flatline __complete`. The script of a shell hands over the line up
// to the cursor, which is taken apart here as a shell does, and takes the words that come as they
// are.

#include <utility>

#include "tools/cli/completion.h"

namespace flatline::cli {
namespace {

// bash breaks words at = and : (COMP_WORDBREAKS), and puts what it is given in the place of the
// last part alone: so what stands before is cut off every word. Within quotes it does not break.
constexpr std::string_view kBash = R"(# bash completion of flatline: flatline completion bash
_flatline() {
  local -a lines=()
  local line word cut="" before="${COMP_LINE:0:COMP_POINT}"
  COMPREPLY=()
  mapfile -t lines < <("$1" __complete "$before" 2>/dev/null)
  case "${lines[0]-}" in
    files)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$2")
      return ;;
    folders)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$2")
      return ;;
  esac
  word="${before##*[[:space:]]}"
  if [[ "${COMP_WORDS[COMP_CWORD]-}" != [\'\"]* && "$word" == *[=:]* ]]; then
    cut="${word%"${word##*[=:]}"}"
  fi
  for line in "${lines[@]:1}"; do
    line="${line%%$'\t'*}"
    COMPREPLY+=("${line#"$cut"}")
  done
  if [[ ${#COMPREPLY[@]} == 1 && "${COMPREPLY[0]}" == *[=:\<] ]]; then
    compopt -o nospace
  fi
}
complete -F _flatline flatline
)";

constexpr std::string_view kZsh = R"(#compdef flatline
# zsh completion of flatline: flatline completion zsh
_flatline() {
  local -a lines
  local line
  lines=("${(@f)$("${words[1]}" __complete "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
  case "${lines[1]}" in
    files) _files; return ;;
    folders) _files -/; return ;;
  esac
  local -a found said
  for line in "${(@)lines[2,-1]}"; do
    found+=("${line%%$'\t'*}")
    said+=("${line/$'\t'/  -- }")
  done
  (( ${#found} )) && compadd -l -d said -a found
}
if [ "$funcstack[1]" = "_flatline" ]; then
  _flatline "$@"
else
  compdef _flatline flatline
fi
)";

constexpr std::string_view kFish = R"(# fish completion of flatline: flatline completion fish
function __flatline_complete
  set -l lines (flatline __complete (commandline -cp | string collect) 2>/dev/null)
  switch "$lines[1]"
    case files
      __fish_complete_path (commandline -ct)
    case folders
      __fish_complete_directories (commandline -ct)
    case '*'
      if test (count $lines) -gt 1
        printf '%s\n' $lines[2..-1]
      end
  end
end
complete -c flatline -f -a '(__flatline_complete)'
)";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return {};
}

std::vector<std::string> split_line(std::string_view line) {
  std::vector<std::string> arguments;
  std::string argument;
  bool has_begun = false;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < line.size();
    if (escapes) {
      argument += line[++i];
    } else if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        argument += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c != ' ' && c != '\t') {
      argument += c;
    } else {
      if (has_begun) arguments.push_back(std::move(argument));
      argument.clear();
      has_begun = false;
      continue;
    }
    has_begun = true;
  }
  arguments.push_back(std::move(argument));
  return arguments;
}

std::string candidates_text(const Candidates& candidates) {
  std::string text = candidates.kind == Candidates::Kind::kFiles     ? "files\n"
                     : candidates.kind == Candidates::Kind::kFolders ? "folders\n"
                                                                     : "words\n";
  for (const Candidate& candidate : candidates.words) {
    text += candidate.word;
    if (!candidate.what.empty()) text += "\t" + candidate.what;
    text += "\n";
  }
  return text;
}

}  // namespace flatline::cli
