#pragma once

// What every simulated host was told to be, so that a collector's answers can be held against it.
// Each line is a JSON object:  {"at_s":10,"host":"sim-00001","state":"failing"} The states are
// those of truth_state().

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "tools/sim/script.h"

namespace flatline::sim {

using NameOfHost = std::function<std::string(std::uint32_t host)>;

/// The lines of a phase. The first phase has one for every host, a later one for each host whose
/// state changed.
std::string truth_lines(const Script& script, std::size_t phase, std::uint32_t hosts,
                        const NameOfHost& name_of);

/// The file of the truth. It is made anew at the start, and the lines of a phase are in it before
/// the phase's first datagram is sent.
class TruthFile {
 public:
  /// Throws Failure when the file cannot be made.
  explicit TruthFile(const std::filesystem::path& path);
  /// Appends lines and flushes them. Throws Failure when they cannot be written whole.
  void write(const std::string& lines);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace flatline::sim
