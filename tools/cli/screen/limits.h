#pragma once

// The limits of the full screen, each with its unit and its reason. Those of flatline as a whole
// are in schema/limits.h. Numbers alone: pure.

#include <chrono>
#include <cstddef>

#include "schema/limits.h"

namespace flatline::cli::screen {

/// A screen that is smaller has no room for what matters, and says so instead.
inline constexpr std::size_t kLeastColumns = 60;
inline constexpr std::size_t kLeastRows = 16;
/// A view that is older than so many ticks is told as old: one tick may come late, and one answer
/// may take its time.
inline constexpr int kOldTicks = 3;
/// Hosts of one change that are named: more do not fit the widest screen. The others are counted.
inline constexpr std::size_t kNamedChanges = 100;
/// Changes that are kept, the newest: some screens full.
inline constexpr std::size_t kShownChanges = 200;
/// A map is not split by labels where these would take more than this share of its room.
inline constexpr double kMostLabels = 0.5;
/// Values begin a line of the map each, where a character need not stand for more than so many
/// times the hosts for that.
inline constexpr std::size_t kCoarserForLines = 2;
/// How much of a label's value stands in a map.
inline constexpr std::size_t kLabelColumns = 16;
/// The longest text that can be typed: the longest filter (the collector refuses a longer one).
inline constexpr std::size_t kTypedBytes = 1024;

/// How often is asked where --every does not say: once a tick, but never faster than this, since a
/// round takes some twenty of the 50 requests that a client has a second
/// (kClientRequestsPerSecond).
inline constexpr std::chrono::milliseconds kLeastRound{1'000};
/// Labels that did not come are asked for again after this, and not after kLayoutAge.
inline constexpr std::chrono::seconds kLayoutRetry{5};
static_assert(kLayoutRetry < kLayoutAge);
/// Of so many minutes before the screen began, changes are told from stored steps: whoever is
/// called comes some minutes late.
inline constexpr std::chrono::minutes kRecent{5};
/// Changes of the past that are asked for at once: one page, of which one answer is enough.
inline constexpr std::size_t kPastChanges = 1000;

}  // namespace flatline::cli::screen
