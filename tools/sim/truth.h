#pragma once

// What every simulated host was told to be, one JSON object a line, so that anything can be held
// against it:  {"at_s":10,"host":"sim-00001","state":"failing"}
// States are those of truth_state().

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "tools/sim/scenario.h"

namespace flatline::sim {

using NameOfHost = std::function<std::string(std::uint32_t host)>;

/// The lines of a phase: of all `hosts` at the first, else of those whose state changed.
std::string truth_lines(const Script& script, std::size_t phase, std::uint32_t hosts,
                        const NameOfHost& name_of);

/// The file: made anew at the start, each phase's lines there as soon as the phase starts.
class TruthFile {
 public:
  /// Throws Failure when the file cannot be made.
  explicit TruthFile(const std::filesystem::path& path);
  /// Throws Failure when they cannot be written whole.
  void write(const std::string& lines);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace flatline::sim
