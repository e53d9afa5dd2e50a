#pragma once

// stdin, stdout and stderr as every program of ours needs them: all three are open, and a write to
// stdout that fails does not pass unseen.

#include <string_view>

namespace flatline {

/// Opens /dev/null in the place of each of the three that whoever started us closed. Otherwise one
/// of our files or sockets could get a number below 3, and printing would write into it. `main`
/// calls this first. Throws Failure.
void open_standard_files();

/// Whether a line can be written to `file` now without waiting for whoever reads there.
bool takes_output(int file);

/// Writes all of `text` to stdout and flushes it. Throws Failure where it cannot, such as on a full
/// disk.
void print(std::string_view text);

}  // namespace flatline
