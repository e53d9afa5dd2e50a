#pragma once

// The limits of what a service manager is told (schema/program/service_manager.h).

#include <chrono>
#include <cstddef>

namespace flatline {

/// A manager is told of work that was done no more often than this, however short the interval or
/// the tick is: each time costs it a wake-up.
inline constexpr std::chrono::milliseconds kServiceBeat{500};
/// A manager that has heard nothing for so many of the work's periods may take the process for
/// hung: one that was held up a little is not.
inline constexpr int kServicePatience = 4;
/// The longest line of status. A message has it and what stands around it.
inline constexpr std::size_t kServiceStatusBytes = 256;
inline constexpr std::size_t kServiceMessageBytes = kServiceStatusBytes + 128;

}  // namespace flatline
