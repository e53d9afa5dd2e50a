// Instructions of the ingest path and of the tick, counted one by one by callgrind: for healthy,
// failing, flapping and silent hosts, and with 1 % and all of the capacity enrolled. They may
// differ by no more than the bound; exit 1 if they do, 77 (skipped) where valgrind is missing.

#include "bench/collector/instructions.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

#include "bench/proofs/program.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flags.h"
#include "tests/harness/child_process.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::bench {
namespace {

constexpr int kSkipped = 77;
constexpr double kBoundPercent = 1;
constexpr std::chrono::minutes kPatience{30};
/// Before what count() runs under valgrind; not for people.
constexpr const char* kInside = "--inside";
/// Fewer, and a hundredth of them would be too few hosts to tell anything.
constexpr std::uint32_t kLeastSlots = 512;

constexpr const char* kFooter =
    R"(Three runs of a simulated fleet under valgrind's callgrind, in time turned by hand: all hosts always
healthy, all in every kind of trouble (failing, flapping, silent, warning), and a hundredth of them in
the same trouble. A line a phase: the mean of its calls, and how far the worst of them is from the same
call of the first run.

Ends with 1 when one is more than 1 % off, whichever way; with 77 where valgrind is not installed.

Examples:
  instructions          # 4,096 slots: two minutes
  instructions 512      # as among the tests)";

constexpr std::array<std::string_view, 3> kFunctions = {"hear", "tick", "step"};

struct Call {
  std::size_t phase = 0;
  std::string function;
  double units = 0;  ///< Datagrams; 1 of a tick or a step.
  double instructions = 0;

  [[nodiscard]] double each() const { return units > 0 ? instructions / units : 0; }
};

bool has_valgrind() {
  return test::run_to_end({"/bin/sh", "-c", "command -v valgrind"}).exit_code == 0;
}

double total_of(const std::filesystem::path& dump) {
  std::ifstream file(dump);
  constexpr std::string_view kTotals = "totals: ";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kTotals)) return std::stod(line.substr(kTotals.size()));
  }
  throw std::runtime_error(dump.string() + ": callgrind told no totals");
}

std::vector<Call> count(const std::string& self, const InsideRun& run) {
  const TemporaryFolder folder;
  const std::filesystem::path dumps = folder / "dump";
  const std::vector<std::string> command = {"/usr/bin/env",
                                            "valgrind",
                                            "--tool=callgrind",
                                            "--quiet",
                                            "--collect-atstart=no",
                                            "--dump-line=no",
                                            "--callgrind-out-file=" + dumps.string(),
                                            self,
                                            kInside,
                                            std::to_string(run.slots),
                                            std::to_string(run.hosts),
                                            run.eventful ? "eventful" : "calm",
                                            folder.path().string()};
  const test::Finished finished = test::run_to_end(command, kPatience);
  if (finished.exit_code != 0) {
    throw std::runtime_error("under valgrind: " + finished.err + finished.out);
  }
  std::vector<Call> calls;
  std::istringstream lines(finished.out);
  for (Call call; lines >> call.phase >> call.function >> call.units;) {
    call.instructions = total_of(fmt::format("{}.{}", dumps.string(), calls.size() + 1));
    calls.push_back(call);
  }
  return calls;
}

/// What one function took in one phase, beside the same calls of the reference.
struct Compared {
  double instructions = 0;
  double units = 0;
  double worst_percent = 0;  ///< Of one call, whichever way.
};

Compared compare(const std::vector<Call>& calls, const std::vector<Call>& reference,
                 std::size_t phase, std::string_view function) {
  Compared compared;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const Call& call = calls[i];
    if (call.phase != phase || call.function != function || call.units == 0) continue;
    compared.instructions += call.instructions;
    compared.units += call.units;
    const double percent = 100 * (call.each() / reference[i].each() - 1);
    if (std::abs(percent) > std::abs(compared.worst_percent)) compared.worst_percent = percent;
  }
  return compared;
}

/// Prints a table and tells how many figures break the bound.
int judge(const std::vector<Call>& calls, const std::vector<Call>& reference,
          const InsideRun& run) {
  fmt::print("{} of {} slots enrolled:\n{:>12} {:>26} {:>26} {:>26}\n", run.hosts, run.slots, "",
             "instructions a datagram", "a tick", "a step of the history");
  int broken = 0;
  for (std::size_t phase = 0; phase < kInstructionPhases.size(); ++phase) {
    fmt::print("{:>12}", kInstructionPhases[phase]);
    for (const std::string_view function : kFunctions) {
      const Compared compared = compare(calls, reference, phase, function);
      if (compared.units == 0) {
        fmt::print(" {:>26}", "none came");
        continue;
      }
      const bool breaks = std::abs(compared.worst_percent) > kBoundPercent;
      broken += breaks ? 1 : 0;
      fmt::print(" {:>13.0f} {:>+8.3f} % {}", compared.instructions / compared.units,
                 compared.worst_percent, breaks ? '!' : ' ');
    }
    fmt::print("\n");
  }
  return broken;
}

int prove(const std::string& self, std::uint32_t slots) {
  if (!has_valgrind()) {
    fmt::print("skipped: valgrind is not installed (apt-get install valgrind)\n");
    return kSkipped;
  }
  const std::uint32_t few = std::max(slots / 100, 10U);
  const std::vector<Call> reference = count(self, {slots, slots, false});
  int broken = 0;
  for (const InsideRun& run : {InsideRun{slots, slots, true}, InsideRun{slots, few, true}}) {
    const std::vector<Call> calls = count(self, run);
    if (calls.empty() || calls.size() != reference.size()) {
      throw std::runtime_error("not as many calls as without trouble");
    }
    broken += judge(calls, reference, run);
  }
  fmt::print(
      "{} of the figures are more than {} % off: each call against the same call of {} hosts that"
      " are always healthy\n",
      broken, kBoundPercent, slots);
  return broken == 0 ? 0 : 1;
}

int run(int argc, const char* const* argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 5 && arguments[0] == kInside) {
    const auto number = [](const std::string& text) {
      return static_cast<std::uint32_t>(std::stoul(text));
    };
    return run_inside({number(arguments[1]), number(arguments[2]), arguments[3] == "eventful"},
                      arguments[4]);
  }
  std::uint32_t slots = kDefaultCapacity / 4;
  CLI::App app("Instructions of the ingest path, the tick and a step of the history, one by one.",
               "instructions");
  app.footer(kFooter);
  app.add_option("SLOTS", slots, "The collector's capacity, a multiple of 64")
      ->check(CLI::Range(kLeastSlots, kMaxCapacity))
      ->capture_default_str();
  if (!parse_flags(app, argc, argv)) return 0;
  if (slots % 64 != 0) throw UsageError(fmt::format("SLOTS: {} is not a multiple of 64", slots));
  return prove(std::filesystem::canonical("/proc/self/exe").string(), slots);
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  return flatline::bench::run_proof("instructions",
                                    [&] { return flatline::bench::run(argc, argv); });
}
