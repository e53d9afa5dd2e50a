#pragma once

// What frames every page of the screen: the title, the headline below it, and at the foot the keys
// or the line that is being typed. Pure.

#include <vector>

#include "tools/cli/screen/screen.h"

namespace flatline::cli::screen {

/// The collector, the mode, the time of the view, its tick and its age.
Line title(const Scene& scene, const State& state, std::size_t columns);

/// How the fleet is, in a sentence; or what keeps us from knowing.
Line headline(const Scene& scene, const State& state);

/// Whether what is shown is older than it should be, or the collector does not answer.
bool is_old(const Scene& scene, const State& state);

/// The last line: which keys do what.
Line key_line(const State& state, std::size_t columns);

/// Puts the line that is being typed, and what is wrong with it, over the foot of the screen.
void put_prompt(Screen& screen, const Prompt& prompt, std::size_t columns);

/// The text of the page of help.
std::vector<Line> help();

}  // namespace flatline::cli::screen
