#pragma once

// The way of every proof: read the flags of its plan once, measure, judge, report. What differs is
// the plan, the figures and the judge; those are the proof's own.

#include <cstdint>
#include <functional>
#include <string>

#include "bench/proofs/report.h"
#include "schema/program/flags.h"
#include "schema/time.h"

namespace flatline::bench {

struct Proof {
  std::string name;
  std::string what;                            ///< The first line of --help,
  std::string footer;                          ///< and what it says of the bounds.
  std::function<void(ProgramFlags&)> declare;  ///< Adds the flags of its plan.
  std::function<void(Report&)> prove;          ///< Measures and judges, once the flags are read.
};

/// Whether something kept this program from running for so long that a bound may be broken for that
/// alone: what the programs that it leads had of the processors was no more.
using WasHeldUp = std::function<bool()>;

/// Leads a proof once, and again while a bound is broken, or it could not be led to its end, and it
/// was held up meanwhile: but no more than `tries` times. `begin` begins to look whether it is.
/// Returns as run_proof does.
int prove_in_tries(const Proof& proof, std::uint32_t tries, const std::string& folder,
                   const std::function<WasHeldUp()>& begin);

/// What main() returns: 0 if every bound holds, 1 if one is broken or the proof could not be led to
/// its end, 2 if the command line was wrong, 77 if the proof cannot run here.
int run_proof(const Proof& proof, int argc, const char* const* argv);

// What `value` holds when a flag is added is its default, which --help shows.
ProgramFlag number_flag(ProgramFlags& flags, const std::string& names, std::uint32_t& value,
                        std::uint64_t least, std::uint64_t greatest, const std::string& help);
ProgramFlag duration_flag(ProgramFlags& flags, const std::string& names, Milliseconds& value,
                          Milliseconds least, Milliseconds greatest, const std::string& help);

}  // namespace flatline::bench
