#pragma once

// The limits of the command line, each with its unit and its reason. Those that it shares with
// collectors are in schema/limits.h. Numbers alone: pure.

#include <cstddef>

namespace flatline::cli {

/// A file of contexts: a few lines for each of the collectors that one person knows.
inline constexpr std::size_t kContextsFileBytes = 64 * 1024;
inline constexpr std::size_t kMaxCollectors = 256;
inline constexpr std::size_t kMaxContexts = 256;
/// Collectors that see the same hosts: a pair, or some more while one is moved. Each has its share
/// of the time for a question, so many would leave none with enough.
inline constexpr std::size_t kCollectorsPerContext = 4;
/// How many of them `contexts` asks at once, each by a thread.
inline constexpr std::size_t kAskedAtOnce = 16;

/// How often names and bits of a moment are asked for until they fit together: where hosts come and
/// go all the time, they never do.
inline constexpr std::size_t kNameReadings = 3;

}  // namespace flatline::cli
