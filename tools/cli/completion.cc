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
  kWord,  ///< One of a few words.
};

struct Named {
  std::string_view verb;  ///< Empty for all verbs.
  std::string_view name;
  Place place;
  std::string_view words = {};  ///< Of kWord, with spaces between them.
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
Named place_of(std::string_view verb, std::string_view name) {
  for (const Named& named : kPlaces) {
    if (named.name == name && (named.verb.empty() || named.verb == verb)) return named;
  }
  return {"", name, Place::kNothing};
}

const ManualOption* find_option(const ManualCommand& command, std::string_view name) {
  for (const ManualOption& option : command.options) {
    if (option.is_flag && std::ranges::find(option.names, name) != option.names.end()) {
      return &option;
    }
  }
  return nullptr;
}

const ManualCommand* find_verb(const ManualCommand& program, std::string_view name) {
  for (const ManualCommand& verb : program.verbs) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

/// Where in a command line the cursor is.
struct Position {
  const ManualCommand* verb = nullptr;   ///< Null before there is one.
  const ManualCommand* at = nullptr;     ///< `at`, where it stands before.
  std::size_t arguments = 0;             ///< Without a flag, of the verb, before the cursor.
  const ManualOption* option = nullptr;  ///< Whose value is being typed.
  bool only_arguments = false;           ///< Behind `--`.
  bool is_help = false;
};

class Reader {
 public:
  Reader(const ManualCommand& program, const std::map<std::string, VerbForms>& verbs)
      : program_(program), verbs_(verbs) {}

  [[nodiscard]] const ManualOption* option_of(const std::string& name) const {
    const ManualOption* own =
        position_.verb == nullptr ? nullptr : find_option(*position_.verb, name);
    return own != nullptr ? own : find_option(program_, name);
  }

  /// Takes the arguments before the cursor.
  const Position& read(const std::vector<std::string>& arguments) {
    for (std::size_t i = 1; i + 1 < arguments.size(); ++i) take(arguments[i]);
    return position_;
  }

  [[nodiscard]] VerbForms forms() const {
    if (position_.verb == nullptr) return {};
    const auto found = verbs_.find(position_.verb->name);
    return found == verbs_.end() ? VerbForms{} : found->second;
  }

 private:
  void take(const std::string& argument) {
    if (position_.option != nullptr) {
      position_.option = nullptr;
    } else if (argument == "--" && !position_.only_arguments) {
      position_.only_arguments = true;
    } else if (!position_.only_arguments && argument.size() > 1 && argument[0] == '-' &&
               !is_past(argument)) {
      const ManualOption* const option = option_of(argument);
      if (option != nullptr && !option->value.empty()) position_.option = option;
    } else {
      take_word(argument);
    }
  }

  /// `-15m`, which is a moment and no option.
  static bool is_past(const std::string& argument) {
    return argument[1] >= '0' && argument[1] <= '9' && argument != "-1";
  }

  void take_word(const std::string& argument) {
    const bool follows_at =
        position_.verb != nullptr && forms().looks_back && position_.arguments == 1;
    if (position_.verb != nullptr && !follows_at) {
      ++position_.arguments;
      return;
    }
    if (follows_at) position_.at = position_.verb;
    if (argument == "help" && position_.verb == nullptr) position_.is_help = true;
    position_.verb = find_verb(program_, argument);
    position_.arguments = 0;
  }

  const ManualCommand& program_;
  const std::map<std::string, VerbForms>& verbs_;
  Position position_;
};

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

Candidates words_at(const Named& named, Words words, const VerbForms& forms,
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
      if (forms.writes_file) return {Candidates::Kind::kFiles, {}};
      for (const std::string& form : forms.outputs) words.add(form);
      break;
    case Place::kContext:
      for (const std::string& context : collector.contexts()) words.add(context);
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
                    const Position& position, Words words) {
  for (const ManualCommand& verb : program.verbs) {
    const auto forms = verbs.find(verb.name);
    const bool looks_back = forms != verbs.end() && forms->second.may_look_back;
    if (position.verb != nullptr && !looks_back) continue;  // Behind `at TIME`.
    words.add(verb.name, verb.what);
  }
  if (position.verb == nullptr && !position.is_help) words.add("help", "The help of a verb");
  return std::move(words).all();
}

Candidates options_at(const ManualCommand& program, const Position& position, Words words) {
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

std::optional<ManualOption> argument_at(const Position& position) {
  std::size_t number = 0;
  const ManualOption* last = nullptr;
  for (const ManualOption& option : position.verb->options) {
    if (option.is_flag) continue;
    last = &option;
    if (number++ == position.arguments) return option;
  }
  if (last != nullptr && last->repeated) return *last;
  return std::nullopt;
}

}  // namespace

Candidates complete(const ManualCommand& program, const std::map<std::string, VerbForms>& verbs,
                    const std::vector<std::string>& arguments, const CollectorWords& collector) {
  if (arguments.size() < 2) return {};
  Reader reader(program, verbs);
  const Position position = reader.read(arguments);
  const std::string& typed = arguments.back();
  const std::string verb = position.verb == nullptr ? "" : position.verb->name;
  if (position.option != nullptr) {
    return words_at(place_of(verb, position.option->names.back()), Words(typed), reader.forms(),
                    collector);
  }
  if (!position.only_arguments && typed.starts_with('-')) {
    const std::size_t equals = typed.find('=');
    if (equals == std::string::npos) return options_at(program, position, Words(typed));
    const ManualOption* const option = reader.option_of(typed.substr(0, equals));
    if (option == nullptr) return {};
    Candidates found = words_at(place_of(verb, option->names.back()),
                                Words(typed.substr(equals + 1)), reader.forms(), collector);
    for (Candidate& candidate : found.words) candidate.word.insert(0, typed.substr(0, equals + 1));
    return found;
  }
  const bool wants_verb =
      position.verb == nullptr || (reader.forms().looks_back && position.arguments == 1);
  if (wants_verb) return verbs_at(program, verbs, position, Words(typed));
  const auto argument = argument_at(position);
  if (!argument || position.is_help) return {};
  return words_at(place_of(verb, argument->names.front()), Words(typed), reader.forms(), collector);
}

}  // namespace flatline::cli
