#include "bench/proofs/driver.h"

#include <fmt/core.h>

#include "schema/program/cryptography.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"

namespace flatline::bench {

int run_proof(const Proof& proof, int argc, const char* const* argv) {
  try {
    ProgramFlags flags(proof.what, proof.name, proof.footer);
    std::string folder;
    proof.declare(flags);
    flags.option("--report FOLDER", folder, "Folder for the report: text, data and plots");
    if (!flags.parse(argc, argv)) return 0;
    initialize_cryptography();
    Report report(proof.name);
    proof.prove(report);
    return report.conclude(folder);
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
