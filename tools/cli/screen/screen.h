#pragma once

// The whole screen: what is shown where. Pure.

#include <string>

#include "tools/cli/screen/changes.h"
#include "tools/cli/screen/fleet.h"
#include "tools/cli/screen/line.h"
#include "tools/cli/screen/state.h"
#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {

/// All that a screen is made of, besides what the person has chosen.
struct Scene {
  std::string api;
  const Told& told;    ///< What is shown; where it is paused, that of then.
  const Fleet* fleet;  ///< Null before the first answer, and where a past step is not known.
  const Changes& changes;
  Instant now{};
  Instant trouble_since{};  ///< Where told.trouble is not empty.
};

/// Draws `scene` for a terminal of `size`. Where lists were scrolled beyond their ends, `state` is
/// put right.
Screen draw(const Scene& scene, State& state, Size size);

/// How far PgDn goes on a screen of this size.
std::size_t page_rows(Size size);

}  // namespace flatline::cli::screen
