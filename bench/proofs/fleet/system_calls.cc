#include "bench/proofs/fleet/system_calls.h"

#include <csignal>
#include <fstream>
#include <sstream>

#include "schema/program/error.h"

namespace flatline::bench {
namespace {

constexpr const char* kCounts = "counts";

}  // namespace

SystemCallCount::SystemCallCount(pid_t process)
    : strace_({"/usr/bin/env", "strace", "--follow-forks", "--quiet=all", "--summary-only",
               "--summary-columns=name,calls", "--output", (folder_ / kCounts).string(), "--attach",
               std::to_string(process)}) {}

std::map<std::string, double> SystemCallCount::stop() {
  strace_.send_signal(SIGINT);
  if (!strace_.wait()) throw Failure("strace did not end: " + strace_.err());
  std::map<std::string, double> calls;
  std::ifstream file(folder_ / kCounts);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    double count = 0;
    if (words >> name >> count && name != "total") calls[name] = count;
  }
  if (calls.empty()) throw Failure("strace counted nothing: " + strace_.err());
  return calls;
}

bool SystemCallCount::is_possible() {
  return test::run_to_end({"/bin/sh", "-c", "command -v strace"}).exit_code == 0;
}

}  // namespace flatline::bench
