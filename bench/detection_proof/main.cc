// detection: how soon a dead host's bit falls, and a failing one's, beside what is promised; and
// how often loss alone makes a host look silent, beside arithmetic. Exit 1 when a promise is
// broken.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>

#include "bench/detection_proof/proof.h"
#include "schema/error.h"
#include "schema/flag_values.h"
#include "schema/identity.h"
#include "schema/limits.h"
#include "schema/standard_files.h"

namespace flatline::bench {
namespace {

int run(int argc, char** argv) {
  CLI::App app("Detection time and false silences, beside the promise and the arithmetic.",
               "detection");
  std::string hosts = "10000";
  std::string interval = "1s";
  std::string tick = "1s";
  std::string lossy = "1000000";
  app.add_option("--hosts", hosts, "Simulated hosts")->capture_default_str();
  app.add_option("--interval", interval, "Theirs")->capture_default_str();
  app.add_option("--tick", tick, "The collector's")->capture_default_str();
  app.add_option("--lossy-intervals", lossy, "Intervals of one host, simulated for each loss")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw UsageError(error.what());
    std::ostringstream text;
    app.exit(error, text, text);
    print(text.str());
    return 0;
  }
  DetectionPlan plan;
  plan.hosts = static_cast<std::uint32_t>(read_flag_number("--hosts", hosts, 10, kMaxCapacity));
  plan.interval = read_flag_duration("--interval", interval, kMinInterval, kMaxInterval);
  plan.tick = read_flag_duration("--tick", tick, kMinTick, kMaxTick);
  const auto intervals = read_flag_number("--lossy-intervals", lossy, 10'000, 1'000'000'000);
  initialize_cryptography();
  Proof proof;
  prove_detection(plan, proof);
  prove_losses(static_cast<double>(intervals), proof);
  return proof.conclude();
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  try {
    return flatline::bench::run(argc, argv);
  } catch (const flatline::UsageError& error) {
    fmt::print(stderr, "detection: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "detection: {}\n", error.what());
    return 1;
  }
}
