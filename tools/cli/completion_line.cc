#include "tools/cli/completion_line.h"

#include <algorithm>
#include <utility>

namespace flatline::cli {
namespace {

const ManualCommand* find_verb(const ManualCommand& program, std::string_view name) {
  const auto found = std::ranges::find(program.verbs, name, &ManualCommand::name);
  return found == program.verbs.end() ? nullptr : &*found;
}

/// `-15m`, which is a moment and no option.
bool is_past(const std::string& argument) {
  return argument[1] >= '0' && argument[1] <= '9' && argument != "-1";
}

/// Takes the arguments before the cursor, one by one.
class Reader {
 public:
  Reader(const ManualCommand& program, const std::map<std::string, VerbForms>& verbs)
      : program_(program), verbs_(verbs) {}

  void take(const std::string& argument) {
    if (position_.option != nullptr) {
      position_.option = nullptr;
    } else if (argument == "--" && !position_.only_arguments) {
      position_.only_arguments = true;
    } else if (!position_.only_arguments && argument.size() > 1 && argument[0] == '-' &&
               !is_past(argument)) {
      take_option(argument);
    } else {
      take_word(argument);
    }
  }

  CursorPosition position() && { return std::move(position_); }

 private:
  void take_option(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const ManualOption* const option =
        find_option(program_, position_, std::string_view(argument).substr(0, equals));
    if (option == nullptr) return;
    position_.options.push_back(option);
    if (equals == std::string::npos && !option->value.empty()) position_.option = option;
  }

  void take_word(const std::string& argument) {
    if (!position_.wants_verb()) {
      position_.arguments.push_back(argument);
      return;
    }
    if (argument == "help" && position_.verb == nullptr) position_.is_help = true;
    position_.verb = find_verb(program_, argument);
    position_.arguments.clear();
    const auto forms = verbs_.find(argument);
    position_.forms =
        position_.verb == nullptr || forms == verbs_.end() ? VerbForms{} : forms->second;
  }

  const ManualCommand& program_;
  const std::map<std::string, VerbForms>& verbs_;
  CursorPosition position_;
};

}  // namespace

TypedLine split_line(std::string_view line) {
  TypedLine typed;
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
      if (has_begun) typed.arguments.push_back(std::move(argument));
      argument.clear();
      has_begun = false;
      continue;
    }
    has_begun = true;
  }
  typed.arguments.push_back(std::move(argument));
  typed.is_quoted = quote != '\0';
  return typed;
}

bool CursorPosition::has_option(std::string_view name) const {
  return std::ranges::any_of(options, [&](const ManualOption* typed) {
    return std::ranges::find(typed->names, name) != typed->names.end();
  });
}

const ManualOption* find_option(const ManualCommand& command, std::string_view name) {
  for (const ManualOption& option : command.options) {
    if (option.is_flag && std::ranges::find(option.names, name) != option.names.end()) {
      return &option;
    }
  }
  return nullptr;
}

const ManualOption* find_option(const ManualCommand& program, const CursorPosition& position,
                                std::string_view name) {
  const ManualOption* const own =
      position.verb == nullptr ? nullptr : find_option(*position.verb, name);
  return own != nullptr ? own : find_option(program, name);
}

CursorPosition cursor_position(const ManualCommand& program,
                               const std::map<std::string, VerbForms>& verbs,
                               const std::vector<std::string>& arguments) {
  Reader reader(program, verbs);
  for (std::size_t i = 1; i + 1 < arguments.size(); ++i) reader.take(arguments[i]);
  return std::move(reader).position();
}

}  // namespace flatline::cli
