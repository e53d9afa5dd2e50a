#pragma once

// `flatline watch` on a terminal: the fleet on a full screen.

#include <chrono>
#include <string>

#include "tools/cli/client.h"

namespace flatline::cli::watch {

struct Options {
  std::string filter;
  std::chrono::milliseconds every{0};  ///< 0: as often as a view is published.
  bool colored = false;
};

/// Shows the fleet until it is told to end, by a key or a signal. Returns false, and shows nothing,
/// where the terminal cannot show whole screens.
bool watch_full_screen(Client& client, const Options& options);

}  // namespace flatline::cli::watch
