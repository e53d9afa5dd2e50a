#pragma once

// How errors travel in every program of ours:
//
// - Code that decides, and code that runs for every datagram, tick or action, throws nothing. It
//   returns a [[nodiscard]] enum with one enumerator for each reason, or a value that says so, and
//   reasons are counted.
// - A program that starts, and a command line tool at its one job, throw UsageError and Failure.
//   `main` catches them, and prints `program: message` on one line.
// - A running program throws only within one call at an edge, and the edge catches std::exception,
//   not only what it expects. Such calls are a turn of the journal (`degraded`, and the next turn
//   tries again), a request (an answer that says so, or a closed connection), a reload (the old
//   configuration stays), a run of a check (UNKNOWN).
// - No thread's function, no callback of a C library and no destructor lets an exception through.
// - No disk's, peer's or user's fault ends a running program, nor does a lack of memory.
// - A file about which the system does not tell is not missing (presence.h): std::filesystem is
//   asked with an error_code, or not at all. Every descriptor is owned from the call that opens it
//   (descriptor.h).
// - INVARIANT aborts, and is for our own faults alone: see schema/invariant.h.

#include <stdexcept>
#include <string>

namespace flatline {

/// The command line was wrong. The program ends with exit code 2.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Anything else kept a program, or the call that throws, from its job. Where it ends a program,
/// the exit code is 1. The message names what was wrong, where, and what would be right.
class Failure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The text for an errno value, for example `No such file or directory`.
std::string system_error_text(int error_number);

}  // namespace flatline
