#pragma once

// Compares what people read with files of tests/golden/cli. FLATLINE_REGENERATE=1 writes them anew.

#include <string>

namespace flatline::cli {

/// Fails the test unless the golden file `name` has this text.
void hold(const std::string& name, const std::string& text);

}  // namespace flatline::cli
