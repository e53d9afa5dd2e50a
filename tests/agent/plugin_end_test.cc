// Plugins whose check is gone: a reload dropped it, or the agent ends.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>

#include "schema/limits.h"
#include "schema/program/descriptor.h"
#include "tests/agent/agent_host.h"

namespace flatline {
namespace {

/// A host whose only plugin says over a pipe of its own that it is up, and then waits for SIGTERM.
class PluginHost {
 public:
  explicit PluginHost(const std::string& on_term) : fifo_((host_.folder() / "fifo").string()) {
    REQUIRE(::mkfifo(fifo_.c_str(), 0600) == 0);
    reading_ = Descriptor(::open(fifo_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    REQUIRE(reading_.is_open());
    host_.configure(
        "[[check]]\nkind = \"exec\"\nperiod = \"10m\"\ntimeout = \"9m\"\n"
        "command = [\"/bin/sh\", \"-c\", \"exec 3>" +
        fifo_ + "; trap '" + on_term +
        "' TERM; echo up >&3; sleep 1000 3>&- & while :; do wait; done\"]\n");
  }

  [[nodiscard]] const Host& host() const { return host_; }
  /// What the plugin says next, a line or less; empty at its end.
  [[nodiscard]] std::string said() const {
    pollfd waiting{.fd = reading_.get(), .events = POLLIN, .revents = 0};
    REQUIRE(::poll(&waiting, 1, kPollPatience) == 1);
    std::array<char, 64> text{};
    const ssize_t got = ::read(reading_.get(), text.data(), text.size());
    REQUIRE(got >= 0);
    return {text.data(), static_cast<std::size_t>(got)};
  }

 private:
  Host host_;
  std::string fifo_;
  Descriptor reading_;
};

/// A plugin that says something to the agent before it removes what it must not leave behind.
constexpr const char* kCleansUp = "echo words; echo cleaned up >&3; exit 2";
constexpr const char* kHearsNothing = "";

/// Has a plugin do `story` that cleans up within its grace of a second. On a machine that stands
/// still for that long it may be killed before it could, and the story is told anew.
void hold_clean_up(const std::function<bool(const PluginHost&)>& story) {
  int tries = 1;
  while (!story(PluginHost(kCleansUp))) REQUIRE(++tries <= 5);
}

TEST_CASE("a plugin whose check a reload drops is asked to end, and cleans up") {
  hold_clean_up([](const PluginHost& plugin) {
    ChildProcess agent(plugin.host().command());
    ready_line(agent);
    REQUIRE(plugin.said() == "up\n");
    plugin.host().configure(Host::kTwoChecks);
    agent.send_signal(SIGHUP);
    const std::string said = plugin.said();
    if (said.empty()) return false;
    CHECK(said == "cleaned up\n");
    CHECK(plugin.said().empty());
    plugin.host().hear_until(is_sad);
    agent.send_signal(SIGTERM);
    CHECK(agent.wait() == 0);
    return true;
  });
}

TEST_CASE("a dropped plugin that hears no SIGTERM is killed, and the agent sends meanwhile") {
  const PluginHost plugin(kHearsNothing);
  ChildProcess agent(plugin.host().command());
  ready_line(agent);
  REQUIRE(plugin.said() == "up\n");
  plugin.host().configure(Host::kTwoChecks, "200ms");
  agent.send_signal(SIGHUP);
  plugin.host().hear_until([](const Snapshot& s) { return s.interval == 200ms; });
  CHECK(plugin.said().empty());
  plugin.host().hear_until(is_sad);
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
}

TEST_CASE("the agent's end asks its plugins to end, and waits for them") {
  hold_clean_up([](const PluginHost& plugin) {
    ChildProcess agent(plugin.host().command());
    ready_line(agent);
    REQUIRE(plugin.said() == "up\n");
    agent.send_signal(SIGTERM);
    const std::string said = plugin.said();
    CHECK(agent.wait() == 0);
    if (said.empty()) return false;
    CHECK(said == "cleaned up\n");
    CHECK(plugin.said().empty());
    return true;
  });
}

TEST_CASE("the agent's end kills plugins that do not end, and takes no longer than their grace") {
  const PluginHost plugin(kHearsNothing);
  ChildProcess agent(plugin.host().command());
  ready_line(agent);
  REQUIRE(plugin.said() == "up\n");
  const auto told = std::chrono::steady_clock::now();
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
  const auto took = std::chrono::steady_clock::now() - told;
  CHECK(took >= kPluginEndGrace);
  CHECK(took < 10 * kPluginEndGrace);  // A busy machine may be slow; a plugin would wait for ever.
  CHECK(plugin.said().empty());
}

/// The first run of a plugin answers, and the second waits for its end.
bool ends_second_run(const PluginHost& plugin) {
  const Host& host = plugin.host();
  const auto in_folder = [&](const char* name) { return (host.folder() / name).string(); };
  const std::string ran = in_folder("ran");
  const std::string up = in_folder("up");
  host.configure(
      "[[check]]\nname = \"quick\"\nkind = \"exec\"\nperiod = \"1s\"\ntimeout = \"900ms\"\n"
      "command = [\"/bin/sh\", \"-c\", \"test -e " +
      ran + " || { : > " + ran + "; echo fine; exit; }; exec 3>" + in_folder("fifo") +
      "; trap 'echo cleaned up >&3; exit' TERM; : > " + up +
      "; sleep 1000 3>&- & while :; do wait; done\"]\n"
      "[[check]]\nname = \"slow\"\nkind = \"exec\"\nperiod = \"10m\"\ntimeout = \"9m\"\n"
      "command = [\"/bin/sh\", \"-c\", \"until test -e " +
      up + "; do sleep 0.01; done; echo fine\"]\n");
  const Finished once = run_to_end(host.command({"--once"}));
  CHECK(once.exit_code == 0);
  // On a busy machine it may have timed out before, and been asked for that.
  const std::string once_said = "cleaned up\n";
  std::string said = plugin.said();
  for (std::string more = said; !more.empty(); said += more) more = plugin.said();
  if (said.empty()) return false;
  REQUIRE(said.starts_with(once_said));
  while (said.starts_with(once_said)) said.erase(0, once_said.size());
  CHECK(said.empty());
  return true;
}

TEST_CASE("--once asks a plugin to end that runs again while another is waited for") {
  hold_clean_up(ends_second_run);
}

}  // namespace
}  // namespace flatline
