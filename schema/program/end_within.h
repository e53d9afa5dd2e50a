#pragma once

// An end that does not wait for ever. What a program does last may wait for a disk that never
// answers, and a thread that waits for one can be neither woken nor joined.

#include <chrono>

namespace flatline {

/// If the process still runs after `patience`, it prints `message` on stderr and ends with exit
/// code 1, whatever its threads do. `message` must live as long. A program calls this once.
void end_within(std::chrono::seconds patience, const char* message) noexcept;

}  // namespace flatline
