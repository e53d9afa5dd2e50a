// Runs the benchmarks it is linked with. Unlike the library's own main it exits 1 when one of them
// found its result wrong (State::SkipWithError), so that the tiny run among the tests can fail.

#include <benchmark/benchmark.h>

#include <vector>

#include "schema/program/cryptography.h"

namespace {

class Reporter : public benchmark::ConsoleReporter {
 public:
  using ConsoleReporter::ConsoleReporter;

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) failed_ |= run.error_occurred;
    ConsoleReporter::ReportRuns(runs);
  }

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  flatline::initialize_cryptography();  // As programs do; without it libsodium is the slow one.
  Reporter reporter(benchmark::ConsoleReporter::OO_Tabular);
  const std::size_t ran = benchmark::RunSpecifiedBenchmarks(&reporter);
  return ran == 0 || reporter.failed() ? 1 : 0;
}
