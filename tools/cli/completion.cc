#include "tools/cli/completion.h"

#include <algorithm>
#include <array>
#include <optional>

#include "schema/answers/planes.h"
#include "tools/cli/report/host_columns.h"

namespace flatline::cli {
namespace {

/// What stands in the place of an option's value or of an argument.
enum class Place {
  kNothing,  ///< Numbers, times, text: nobody knows them beforehand.
  kFile,
  kFolder,
  kHost,
  kFilter,
  kFilterOrHost,
  kGroup,
  kLabelKey,
  kPlane,
  kColumn,
  kOutputForm,
  kContext,
  kCollector,
  kWord,  ///< One of a few words.
};

struct Named {
  std::string_view verb;  ///< Empty for all verbs.
  std::string_view name;
  Place place;
  std::string_view words = {};   ///< Of kWord, with spaces between them.
  std::string_view behind = {};  ///< Holds only where this option was typed before.
};

/// The first row that fits decides; what has none is kNothing.
constexpr Named kPlaces[] = {
    {"", "--output", Place::kOutputForm},
    {"", "--token-file", Place::kFile},
    {"", "--admin-token", Place::kFile},
    {"", "--ca", Place::kFile},
    {"", "--names", Place::kFile},
    {"", "--file", Place::kFile},
    {"", "--fleet-key", Place::kFile},
    {"", "--rotate", Place::kFile},
    {"", "--into", Place::kFolder},
    {"", "--filter", Place::kFilter},
    {"", "--group", Place::kGroup},
    {"groups", "--by", Place::kLabelKey},
    {"", "--plane", Place::kPlane},
    {"", "--columns", Place::kColumn},
    {"", "--sort", Place::kColumn},
    {"", "--host", Place::kHost},
    {"", "filter", Place::kFilter},
    {"", "of", Place::kFilterOrHost},
    {"", "host", Place::kHost},
    {"show", "name", Place::kHost},
    {"", "--context", Place::kContext},
    {"diff", "before", Place::kCollector, {}, "--between"},
    {"diff", "after", Place::kCollector, {}, "--between"},
    {"", "--layout", Place::kWord, "file folder"},
    {"", "--role", Place::kWord, "reader drain operator"},
    {"", "--tokens", Place::kFile},
    {"", "--list", Place::kFile},
    {"check", "name", Place::kHost},
    {"", "shell", Place::kWord, "bash zsh fish"},
};

constexpr std::array<std::string_view, 10> kMoreFilterWords = {
    "all",      "down",    "failing", "silent", "unknown",
    "expected", "missing", "name=",   "check:", "agent<",
};

Named place_of(const CursorPosition& position, std::string_view name) {
  const std::string_view verb = position.verb == nullptr ? "" : position.verb->name;
  for (const Named& named : kPlaces) {
    if (named.name != name || (!named.verb.empty() && named.verb != verb)) continue;
    if (named.behind.empty() || position.has_option(named.behind)) return named;
  }
  return {"", name, Place::kNothing};
}

/// Collects the words that begin as what was typed does.
class Words {
 public:
  explicit Words(std::string typed) : typed_(std::move(typed)) {}

  /// What follows the last character at which a new word of an expression begins.
  [[nodiscard]] std::size_t last_part(std::string_view separators) const {
    const std::size_t last = typed_.find_last_of(separators);
    return last == std::string::npos ? 0 : last + 1;
  }
  [[nodiscard]] std::string part(std::size_t begin) const { return typed_.substr(begin); }

  void add(std::string_view word, std::string_view what = {}, std::size_t begin = 0) {
    if (!word.starts_with(std::string_view(typed_).substr(begin))) return;
    found_.push_back({typed_.substr(0, begin) + std::string(word), std::string(what)});
  }

  Candidates all() && { return {Candidates::Kind::kWords, std::move(found_)}; }

 private:
  std::string typed_;
  std::vector<Candidate> found_;
};

void add_hosts(Words& words, const CollectorWords& collector) {
  for (const std::string& host : collector.hosts(words.part(0))) words.add(host);
}

void add_filter_words(Words& words, const CollectorWords& collector) {
  constexpr std::string_view kCheck = "check:";
  const std::size_t begin = words.last_part(" &|!(),");
  const std::string part = words.part(begin);
  if (part.starts_with(kCheck)) {
    for (const std::string& check : collector.checks()) {
      words.add(std::string(kCheck) + check, "", begin);
    }
    return;
  }
  for (const std::string_view word : kMoreFilterWords) words.add(word, "", begin);
  for (const std::string_view plane : kPlaneNames) words.add(plane, "", begin);
  for (const std::string& group : collector.groups()) words.add(group, "", begin);
}

void add_columns(Words& words, const CollectorWords& collector) {
  const std::size_t begin = words.last_part(",");
  const std::size_t name = words.part(begin).starts_with('-') ? begin + 1 : begin;
  for (const std::string_view column : column_names()) words.add(column, "", name);
  std::string last;
  for (const std::string& group : collector.groups()) {
    const std::string key = group.substr(0, group.find('='));
    if (key != last) words.add(key, "", name);
    last = key;
  }
}

void add_label_keys(Words& words, const CollectorWords& collector) {
  std::string last;
  for (const std::string& group : collector.groups()) {
    const std::string key = group.substr(0, group.find('='));
    if (key != last) words.add(key);
    last = key;
  }
}

void add_each(Words& words, std::string_view list) {
  while (!list.empty()) {
    const std::string_view word = list.substr(0, list.find(' '));
    words.add(word);
    list.remove_prefix(std::min(word.size() + 1, list.size()));
  }
}

/// `diff --between` takes two of them.
void add_collectors(Words& words, const CursorPosition& position, const CollectorWords& collector) {
  for (const std::string& name : collector.collectors()) {
    if (std::ranges::find(position.arguments, name) == position.arguments.end()) words.add(name);
  }
}

Candidates words_at(const Named& named, const CursorPosition& position, Words words,
                    const CollectorWords& collector) {
  switch (named.place) {
    case Place::kFile:
      return {Candidates::Kind::kFiles, {}};
    case Place::kFolder:
      return {Candidates::Kind::kFolders, {}};
    case Place::kHost:
      add_hosts(words, collector);
      break;
    case Place::kFilterOrHost:
      add_hosts(words, collector);
      add_filter_words(words, collector);
      break;
    case Place::kFilter:
      add_filter_words(words, collector);
      break;
    case Place::kGroup:
      for (const std::string& group : collector.groups()) words.add(group);
      break;
    case Place::kLabelKey:
      add_label_keys(words, collector);
      break;
    case Place::kPlane:
      for (const std::string_view plane : kPlaneNames) words.add(plane);
      break;
    case Place::kColumn:
      add_columns(words, collector);
      break;
    case Place::kOutputForm:
      if (position.forms.writes_file) return {Candidates::Kind::kFiles, {}};
      for (const std::string& form : position.forms.outputs) words.add(form);
      break;
    case Place::kContext:
      for (const std::string& context : collector.contexts()) words.add(context);
      break;
    case Place::kCollector:
      add_collectors(words, position, collector);
      break;
    case Place::kWord:
      add_each(words, named.words);
      break;
    case Place::kNothing:
      break;
  }
  return std::move(words).all();
}

Candidates verbs_at(const ManualCommand& program, const std::map<std::string, VerbForms>& verbs,
                    const CursorPosition& position, Words words) {
  for (const ManualCommand& verb : program.verbs) {
    const auto forms = verbs.find(verb.name);
    const bool looks_back = forms != verbs.end() && forms->second.may_look_back;
    if (position.verb != nullptr && !looks_back) continue;  // Behind `at TIME`.
    words.add(verb.name, verb.what);
  }
  if (position.verb == nullptr && !position.is_help) words.add("help", "The help of a verb");
  return std::move(words).all();
}

Candidates options_at(const ManualCommand& program, const CursorPosition& position, Words words) {
  const auto add = [&](const ManualCommand& command) {
    for (const ManualOption& option : command.options) {
      if (!option.is_flag) continue;
      for (const std::string& name : option.names) words.add(name, option.what);
    }
  };
  if (position.verb != nullptr) add(*position.verb);
  // Each verb has a --help of its own.
  for (const ManualOption& option : program.options) {
    if (position.verb != nullptr && find_option(*position.verb, option.names.back()) != nullptr) {
      continue;
    }
    for (const std::string& name : option.names) words.add(name, option.what);
  }
  return std::move(words).all();
}

std::optional<ManualOption> argument_at(const CursorPosition& position) {
  std::size_t number = 0;
  const ManualOption* last = nullptr;
  for (const ManualOption& option : position.verb->options) {
    if (option.is_flag) continue;
    last = &option;
    if (number++ == position.arguments.size()) return option;
  }
  if (last != nullptr && last->repeated) return *last;
  return std::nullopt;
}

}  // namespace

Candidates complete(const ManualCommand& program, const std::map<std::string, VerbForms>& verbs,
                    const std::vector<std::string>& arguments, const CollectorWords& collector) {
  if (arguments.size() < 2) return {};
  const CursorPosition position = cursor_position(program, verbs, arguments);
  const std::string& typed = arguments.back();
  if (position.option != nullptr) {
    return words_at(place_of(position, position.option->names.back()), position, Words(typed),
                    collector);
  }
  if (!position.only_arguments && typed.starts_with('-')) {
    const std::size_t equals = typed.find('=');
    if (equals == std::string::npos) return options_at(program, position, Words(typed));
    const ManualOption* const option =
        find_option(program, position, std::string_view(typed).substr(0, equals));
    if (option == nullptr) return {};
    Candidates found = words_at(place_of(position, option->names.back()), position,
                                Words(typed.substr(equals + 1)), collector);
    for (Candidate& candidate : found.words) candidate.word.insert(0, typed.substr(0, equals + 1));
    return found;
  }
  if (position.wants_verb()) return verbs_at(program, verbs, position, Words(typed));
  const auto argument = argument_at(position);
  if (!argument || position.is_help) return {};
  return words_at(place_of(position, argument->names.front()), position, Words(typed), collector);
}

}  // namespace flatline::cli
