#pragma once

// What stdout and stderr are: terminals or not, and of which size.

#include <cstddef>

namespace flatline::cli {

struct Terminal {
  bool is_terminal = false;
  bool takes_escapes = false;    ///< It is one that shows colours: TERM is neither empty nor dumb.
  bool errors_are_seen = false;  ///< Whether stderr is a terminal.
  std::size_t columns = 80;
  std::size_t rows = 24;
};

/// How wide lines on stderr may be; 0, which stands for any width, where it is no terminal.
std::size_t error_columns();

/// Whether the variable TERM names a terminal that understands escape sequences.
bool term_takes_escapes();

/// The variables COLUMNS and LINES win over what the terminal says. Where neither says anything,
/// the size is 80 by 24.
Terminal look_at_terminal();

}  // namespace flatline::cli
