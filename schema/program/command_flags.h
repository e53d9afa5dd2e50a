#pragma once

// What the command lines of all programs do alike, by CLI11, which stays behind the files that
// declare flags. Owns nothing.

namespace CLI {
class App;
}

namespace flatline {

/// Adds `--version`, reads `argv` into what `app` was told, and answers `--help` and `--version` on
/// stdout: false, and there is nothing left to do. Throws UsageError that names the flag, and
/// Failure when stdout is full.
[[nodiscard]] bool parse_flags(CLI::App& app, int argc, const char* const* argv);

}  // namespace flatline
