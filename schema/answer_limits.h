#pragma once

// The sizes of answers that are asked for at every tick. They do not follow what hosts say, so that
// whoever watches a fleet takes as much of a network on its worst day as on any other. What an
// answer has room for beyond its JSON is spaces. Pure.

#include <cstddef>

namespace flatline {

/// A summary. A collector of any size has 2 KiB to tell on a good day. With names of usual length
/// it takes 9 KiB when all that it can list is there at once: eight refused hosts, fourteen causes,
/// and 32 groups in trouble. Beyond this size the last of those are left out.
inline constexpr std::size_t kSummaryBytes = std::size_t{12} * 1024;
/// One host, with 32 checks and as many kept messages of the longest, which is 9 KiB. Only one
/// whose texts are full of quotes takes twice as much.
inline constexpr std::size_t kHostBytes = std::size_t{12} * 1024;
/// A row of a page whose hosts were asked for by their slots, with the longest name, labels and
/// message, and what stands around the rows. Only where most rows have messages full of quotes, or
/// tell of a drain with a long reason, do they take twice as much.
inline constexpr std::size_t kRowInSightBytes = 512;
inline constexpr std::size_t kPageHeadBytes = 512;
/// A point of the fleet's history, with every count and every flag.
inline constexpr std::size_t kFleetPointBytes = 320;

}  // namespace flatline
