#include "bench/proofs/limit/report.h"

#include <fmt/core.h>

#include <algorithm>

#include "bench/proofs/median.h"
#include "schema/limits.h"

namespace flatline::bench {
namespace {

/// Round by round, so that what slowed a round slowed both.
std::vector<double> ratios(const std::vector<double>& of, const std::vector<double>& to) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < of.size(); ++i) ratios.push_back(of[i] / to[i]);
  return ratios;
}

std::string row(const char* name, const std::vector<double>& values, const char* what) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return fmt::format("{:<18} {:>9.2f} {:>9.2f} {:>9.2f}  {}\n", name, median(values), *least, *most,
                     what);
}

}  // namespace

double ingest_over_open(const IngestCosts& costs) {
  return median(ratios(costs.ingest, costs.open));
}

std::string limit_table(const IngestCosts& costs, const MemoryCosts& memory) {
  const std::string heading =
      fmt::format("{:<18} {:>9} {:>9} {:>9}\n", "", "median", "least", "most");
  return "processor time a datagram, ns\n" + heading +
         row("sink", costs.sink, "recvmmsg, thrown away") +
         row("open", costs.open, "the same, opened by libsodium") +
         row("open epoch", costs.open_epoch, "the same, opened as the collector does") +
         row("ingest", costs.ingest, "the collector's whole path") +
         row("ingest over open", ratios(costs.ingest, costs.open),
             "what is bounded: beside opening by libsodium") +
         row("ingest over epoch", ratios(costs.ingest, costs.open_epoch),
             "beside opening by the collector's own cipher, which is the faster") +
         row("ingest over sink", ratios(costs.ingest, costs.sink), "beside receiving alone") +
         fmt::format("\n{} slots, µs\n", kMaxCapacity) + heading +
         row("sweep", memory.sweep, "every slot") +
         row("pass", memory.pass, "a plain pass over as many bytes") +
         row("sweep over pass", ratios(memory.sweep, memory.pass), "") +
         row("publish", memory.publish, "a view, to all readers") +
         row("memcpy", memory.copy, "as many bytes") +
         row("publish over memcpy", ratios(memory.publish, memory.copy), "");
}

std::string limit_json(const IngestCosts& costs, const MemoryCosts& memory) {
  std::string text = fmt::format("{{\"rounds\":{}", costs.sink.size());
  const auto add = [&](const char* name, const std::vector<double>& values) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    text += fmt::format(",\"{0}\":{1:.4f},\"{0}_least\":{2:.4f},\"{0}_most\":{3:.4f}", name,
                        median(values), *least, *most);
  };
  add("sink_ns", costs.sink);
  add("open_ns", costs.open);
  add("open_epoch_ns", costs.open_epoch);
  add("ingest_ns", costs.ingest);
  add("ingest_over_open", ratios(costs.ingest, costs.open));
  add("ingest_over_open_epoch", ratios(costs.ingest, costs.open_epoch));
  add("sweep_us", memory.sweep);
  add("pass_us", memory.pass);
  add("sweep_over_pass", ratios(memory.sweep, memory.pass));
  add("publish_us", memory.publish);
  add("memcpy_us", memory.copy);
  add("publish_over_memcpy", ratios(memory.publish, memory.copy));
  return text + "}\n";
}

}  // namespace flatline::bench
