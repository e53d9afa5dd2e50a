#pragma once

// What people read, held by files of tests/golden/cli, which FLATLINE_REGENERATE=1 writes anew.

#include <string>

namespace flatline::cli {

/// Fails the test if the golden file `name` is not this text.
void hold(const std::string& name, const std::string& text);

}  // namespace flatline::cli
