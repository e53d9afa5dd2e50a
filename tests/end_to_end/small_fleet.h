#pragma once

// A collector with a small fleet whose disk fails: how it is started, who speaks to it, and when
// all is well again.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/harness/asking.h"

namespace flatline::test {

inline constexpr std::uint32_t kSmallFleetHosts = 20;

/// What makes it store often. A host's window is half a minute: only the collector's own faults
/// could silence one.
inline std::vector<std::string> small_fleet_flags() {
  return {"--capacity",     "64", "--tick",         "200ms", "--checkpoint",   "1s",
          "--history-step", "1s", "--history-keep", "60s",   "--min-interval", "500ms",
          "--stale-after",  "60"};
}

inline std::unique_ptr<ChildProcess> play_small_fleet(const RunningCollector& collector) {
  return std::make_unique<ChildProcess>(std::vector<std::string>{
      kFlatlineSim, "--collector", collector.udp(), "--fleet-key", collector.fleet_key(), "--hosts",
      std::to_string(kSmallFleetHosts), "--interval", "500ms", "--for", "10m"});
}

inline std::size_t files_aside(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    count += entry.path().filename().string().find(".corrupt-") != std::string::npos ? 1 : 0;
  }
  return count;
}

/// Nothing is wrong with the storage, and every host is healthy.
inline bool is_whole(const SummaryAnswer& summary) {
  return summary.storage.state == "ok" && summary.healthy == kSmallFleetHosts;
}

}  // namespace flatline::test
