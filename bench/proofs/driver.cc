#include "bench/proofs/driver.h"

#include <fmt/core.h>

#include <memory>

#include "bench/proofs/held_up.h"
#include "schema/program/cryptography.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"

namespace flatline::bench {
namespace {

/// A fleet's hosts and a collector's ticks bear less without a word.
constexpr Milliseconds kBorne{50};

}  // namespace

int prove_in_tries(const Proof& proof, std::uint32_t tries, const std::string& folder,
                   const std::function<WasHeldUp()>& begin) {
  for (;; --tries) {
    const WasHeldUp was_held_up = begin();
    Report report(proof.name);
    try {
      proof.prove(report);
      if (!report.is_broken() || tries <= 1 || !was_held_up()) return report.conclude(folder);
    } catch (const std::exception& error) {
      if (tries <= 1 || !was_held_up()) throw;
      report.note(error.what());
    }
    report.conclude("");
    fmt::print("{}: other programs held it up, so that proves nothing: once more\n\n", proof.name);
  }
}

int run_proof(const Proof& proof, int argc, const char* const* argv) {
  try {
    ProgramFlags flags(proof.what, proof.name, proof.footer);
    std::string folder;
    std::uint32_t tries = 1;
    proof.declare(flags);
    number_flag(flags, "--tries", tries, 1, 10,
                "How often it is led at most, where a bound is broken while other programs held "
                "this one up");
    flags.option("--report FOLDER", folder, "Folder for the report: text, data and plots");
    if (!flags.parse(argc, argv)) return 0;
    initialize_cryptography();
    return prove_in_tries(proof, tries, folder, [] {
      return [held_up = std::make_shared<HeldUp>()] { return held_up->worst() > kBorne; };
    });
  } catch (const UsageError& error) {
    fmt::print(stderr, "{}: {}\n", proof.name, error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", proof.name, error.what());
    return 1;
  }
}

ProgramFlag number_flag(ProgramFlags& flags, const std::string& names, std::uint32_t& value,
                        std::uint64_t least, std::uint64_t greatest, const std::string& help) {
  const auto read = [=, &value](const std::string& text) {
    value = static_cast<std::uint32_t>(read_flag_number(names, text, least, greatest));
  };
  return flags.option(names + " N", read, fmt::format("{} ({})", help, value));
}

ProgramFlag duration_flag(ProgramFlags& flags, const std::string& names, Milliseconds& value,
                          Milliseconds least, Milliseconds greatest, const std::string& help) {
  const auto read = [=, &value](const std::string& text) {
    value = read_flag_duration(names, text, least, greatest);
  };
  return flags.option(names + " DURATION", read,
                      fmt::format("{} ({})", help, format_duration(value)));
}

}  // namespace flatline::bench
