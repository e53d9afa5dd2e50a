#pragma once

// Runs the real programs for end-to-end tests, as an operator does. The build tells their paths;
// each test has a fleet key and folders of its own.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/harness/child_process.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::test {

/// A collector that serves on free ports of loopback, with a fleet key of its own.
class RunningCollector {
 public:
  /// `flags` come on top of --data, --fleet-key, --listen and --api. `under` is a command that runs
  /// it, such as `env` with what it sets.
  explicit RunningCollector(std::vector<std::string> flags = {},
                            std::vector<std::string> under = {});

  [[nodiscard]] const std::string& udp() const { return udp_; }
  [[nodiscard]] const std::string& api() const { return api_; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }
  [[nodiscard]] std::string fleet_key() const { return (folder_.path() / "fleet.key").string(); }
  [[nodiscard]] ChildProcess& process() { return *process_; }

  /// From the next start on, these flags come on top instead of those before.
  void use(std::vector<std::string> flags) { flags_ = std::move(flags); }
  /// From the next start on, it serves HTTP on the same port, too: for who goes on asking there.
  void keep_api() { keeps_api_ = true; }
  /// Starts it again on the same data and UDP port, after its process has ended.
  void start();
  /// Does the same without waiting until it serves.
  void launch();

  /// Runs `flatline --api … arguments` to its end, unhurried.
  [[nodiscard]] Finished ask(std::vector<std::string> arguments) const;

 private:
  TemporaryFolder folder_;
  std::vector<std::string> flags_;
  std::vector<std::string> under_;
  std::unique_ptr<ChildProcess> process_;
  std::string udp_;
  std::string api_;
  bool keeps_api_ = false;
};

/// The flag that gives a command line all the time that it may need on a busy machine.
extern const std::vector<std::string> kUnhurried;

/// The programs' paths, as the build knows them.
extern const std::string kFlatlineSim;
extern const std::string kFlatlineCollector;
extern const std::string kFlatline;

std::vector<std::string> split_lines(const std::string& text);

}  // namespace flatline::test
