#pragma once

// `${NAME}` in settings, so that one file fits many hosts. Which settings take it, their manual
// pages say.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace flatline {

/// The value of a variable; nothing if it is not set.
using FindVariable = std::function<std::optional<std::string>(std::string_view name)>;

struct WithVariables {
  std::string text;     ///< With values in the place of variables.
  std::string missing;  ///< The first variable that is not set; empty if all are.
};

/// Puts its value in the place of each `${NAME}`, whose name is of A-Za-z0-9_ and does not begin
/// with a digit. All else stays as it is, a lone `$` too, and so does what a value holds.
WithVariables put_variables(std::string_view text, const FindVariable& find);

/// `HOSTNAME` is the machine's own name, whatever the environment says; all others are of the
/// environment.
std::optional<std::string> find_variable(std::string_view name);

}  // namespace flatline
