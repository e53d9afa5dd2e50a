#pragma once

// Where in a command line the cursor is: which verb was typed, which options, and what would come
// next. Pure.

#include <cstddef>
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

/// A command line up to the cursor, as a shell takes it apart.
struct TypedLine {
  /// The last one is the word that is being typed, and may be empty. The first is the program.
  std::vector<std::string> arguments;
  bool is_quoted = false;  ///< The cursor is within quotes.
};

TypedLine split_line(std::string_view line);

struct CursorPosition {
  const ManualCommand* verb = nullptr;         ///< Null before there is one.
  VerbForms forms = {};                        ///< The verb's.
  std::vector<std::string> arguments{};        ///< Without a flag, of the verb, before the cursor.
  std::vector<const ManualOption*> options{};  ///< Those before the cursor.
  const ManualOption* option = nullptr;        ///< Whose value is being typed.
  bool only_arguments = false;                 ///< Behind `--`.
  bool is_help = false;

  [[nodiscard]] bool wants_verb() const {
    return verb == nullptr || (forms.looks_back && arguments.size() == 1);
  }
  [[nodiscard]] bool has_option(std::string_view name) const;
};

/// The option of that name that a command has, or null.
const ManualOption* find_option(const ManualCommand& command, std::string_view name);
/// The verb's, or else the program's own.
const ManualOption* find_option(const ManualCommand& program, const CursorPosition& position,
                                std::string_view name);

/// Where the last of `arguments` is.
CursorPosition cursor_position(const ManualCommand& program,
                               const std::map<std::string, VerbForms>& verbs,
                               const std::vector<std::string>& arguments);

}  // namespace flatline::cli
