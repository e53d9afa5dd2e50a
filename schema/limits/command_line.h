#pragma once

// The limits of the command line, and of the files that people hand to any program of ours.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "schema/limits/api.h"
#include "schema/limits/collector.h"
#include "schema/limits/wire.h"

namespace flatline {

// --- Files --------------------------------------------------------------------------------------

/// How long a pipe in the place of a file may be silent: secrets are handed over by pipes, too, and
/// no program waits for ever for one.
inline constexpr std::chrono::milliseconds kPipePatience{2'000};

// --- Command lines ------------------------------------------------------------------------------

/// The port that a collector serves HTTP on, and a command asks, where nobody names another.
inline constexpr std::uint16_t kApiPort = 4171;
/// How long a command may take in all (`--timeout`): somebody waits for it.
inline constexpr std::chrono::milliseconds kDefaultRequestTimeout{5'000};
inline constexpr std::chrono::hours kMaxRequestTimeout{1};
/// Names in a page of names. It keeps a collector's thread for about as long as the largest page of
/// hosts does, and so is one request like that.
inline constexpr std::uint32_t kNamesPerPage = 65'536;
/// How many ranges a folded name has at most, as r[1-2]-n[01-10]-x[1-4]: more can hardly be read.
inline constexpr std::size_t kFoldedRanges = 3;
/// How many hosts one `show` tells of: each is a request of its own.
inline constexpr std::size_t kShownHosts = 1000;
static_assert(kShownHosts < kClientBurst);
/// The largest answer that the command line takes. A collector's largest, a page of names, has 4.9.
inline constexpr std::size_t kMaxAnswerBytes = 64 << 20;
/// How many lines `events` prints of one moment unless it is told otherwise: they fit a screen. Of
/// so many kinds of change hosts are counted apart, and so many names of each kind are kept: what it
/// holds must not grow with what happened.
inline constexpr std::size_t kEventLines = 20;
inline constexpr std::size_t kMaxEventLines = 10'000;
inline constexpr std::size_t kFoldedKinds = 1000;
inline constexpr std::size_t kFoldedNames = 1000;
/// Names in a line for people: beyond, nobody reads on.
inline constexpr std::size_t kEventNamesBytes = 160;
/// What is printed at once of a long list.
inline constexpr std::size_t kPrintedAtOnce = 64 << 10;
/// A follower asks once a tick. Where it has seen no view for longer than this many, it was cut off,
/// and tells what is stored of the time between.
inline constexpr std::uint64_t kFollowedTicks = 3;
/// It asks so long after the next view is due, as a tick takes its time.
inline constexpr std::chrono::milliseconds kFollowMargin{20};
/// While no answer comes it waits at least so long, however short the tick is.
inline constexpr std::chrono::milliseconds kFollowAwayPause{1'000};
/// In a fleet of up to so many hosts a name that is not registered is compared with all, to say
/// which was meant: that takes a few pages.
inline constexpr std::uint32_t kHintHosts = 16'384;
/// A host that is refused tries again within its interval, of at most kMaxInterval. One that was
/// not refused for twice as long is no longer refused.
inline constexpr std::chrono::minutes kRefusalLasts{10};
static_assert(kRefusalLasts >= 2 * kMaxInterval);
/// How many names a file of names may hold: as many as the largest collector has slots.
inline constexpr std::size_t kEnrollNames = kMaxCapacity;
/// The longest line of such a file (a name and a comment), and the largest file (128 MiB).
inline constexpr std::size_t kNamesLineBytes = 1024;
inline constexpr std::size_t kNamesFileBytes = kEnrollNames * 2 * kNameBytes;

}  // namespace flatline
