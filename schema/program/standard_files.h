#pragma once

// stdin, stdout and stderr as every program of ours needs them: there, and stdout never believed
// when it is full. Owns nothing.

#include <string_view>

namespace flatline {

/// Opens /dev/null in the place of each of the three that the caller closed, so that no file or
/// socket of ours ever gets a number below 3, where printing would write into it. Call it first in
/// `main`. Throws Failure.
void open_standard_files();

/// Writes all of `text` to stdout, at once. Throws Failure: a full disk is not success.
void print(std::string_view text);

}  // namespace flatline
