#pragma once

// What stdout and stderr are.

#include <cstddef>

namespace flatline::cli {

struct Terminal {
  bool is_terminal = false;
  bool errors_are_seen = false;  ///< stderr is one.
  std::size_t columns = 80;
  std::size_t rows = 24;
};

/// COLUMNS and LINES win over what the terminal says; 80 by 24 where nobody says anything.
Terminal look_at_terminal();

}  // namespace flatline::cli
