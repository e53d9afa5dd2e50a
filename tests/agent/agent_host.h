#pragma once

// A host with the real flatline-agent: its datagrams are received, opened with its key and read.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "schema/program/cryptography.h"
#include "schema/program/key_file.h"
#include "schema/wire/codec.h"
#include "schema/wire/datagram.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/samples.h"

namespace flatline {

using namespace std::chrono_literals;
using test::ChildProcess;
using test::Finished;
using test::run_to_end;

/// kPatience as poll() wants it.
inline constexpr int kPollPatience = 1000 * test::kPatience.count();

struct Heard {
  Header header;
  Snapshot snapshot;
};

/// The folder of a host with an agent, and a socket in the place of its collector.
class Host {
 public:
  Host() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    initialize_cryptography();
    credential_ = make_credential(sample_fleet_key(), "web-1", 2);
    write_credential(folder() / "agent.credential", credential_);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    configure(kTwoChecks);
  }
  ~Host() { ::close(socket_); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// The plugin has seconds to answer, which no pause of a busy machine takes from it: as it is
  /// seen first, it stays.
  static constexpr const char* kTwoChecks =
      "[[check]]\nkind = \"load\"\nwarning = \"0:\"\ncritical = \"0:\"\n"
      "[[check]]\nname = \"sad\"\nkind = \"exec\"\ncommand = [\"/bin/sh\", \"-c\", "
      "\"echo 'it is bad | x=7'; exit 2\"]\nperiod = \"10s\"\n";

  void configure(const std::string& checks, const std::string& interval = "100ms",
                 const std::string& state = "state") const {
    std::ofstream(config()) << "credential = \"agent.credential\"\nstate = \"" << state << "\"\n"
                            << "labels = \"role=web\"\ncollectors = [\"127.0.0.1:" << port_
                            << "\"]\ninterval = \"" << interval << "\"\n"
                            << checks;
  }

  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> more = {}) const {
    std::vector<std::string> command = {FLATLINE_AGENT, "--config", config().string()};
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }

  /// Opens and returns the next datagram; fails the test if none comes.
  Heard hear() const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    REQUIRE(::poll(&waiting, 1, kPollPatience) == 1);
    Datagram datagram{};
    REQUIRE(::recv(socket_, datagram.data(), datagram.size(), MSG_TRUNC) == kDatagramBytes);
    Heard heard;
    REQUIRE(read_header(datagram, heard.header) == Outcome::kAccepted);
    CHECK(heard.header.agent_id == credential_.agent_id);
    CHECK(heard.header.key_id == credential_.key_id);
    CHECK(heard.header.credential_generation == 2);
    SnapshotBytes bytes{};
    REQUIRE(open_datagram(datagram, credential_.key, bytes));
    REQUIRE(decode_snapshot(bytes, heard.snapshot));
    CHECK(heard.snapshot.name.view() == "web-1");
    return heard;
  }

  /// Returns the first of the next snapshots for which `is_so` holds.
  Heard hear_until(const std::function<bool(const Snapshot&)>& is_so) const {
    return hear_first([&](const Heard& heard) { return is_so(heard.snapshot); });
  }
  /// Returns the first of the next snapshots that has another epoch. `old` takes the others.
  Heard hear_epoch_after(
      std::uint64_t epoch,
      const std::function<void(const Heard&)>& old = [](const Heard&) {}) const {
    return hear_first([&](const Heard& heard) {
      if (heard.header.epoch == epoch) old(heard);
      return heard.header.epoch != epoch;
    });
  }

  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path config() const { return folder() / "agent.toml"; }

 private:
  Heard hear_first(const std::function<bool(const Heard&)>& is_so) const {
    const auto deadline = std::chrono::steady_clock::now() + test::kPatience;
    for (;;) {
      const Heard heard = hear();
      if (is_so(heard)) return heard;
      REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
  }

  TemporaryFolder folder_;
  Credential credential_;
  int socket_;
  std::uint16_t port_ = 0;
};

inline std::string ready_line(ChildProcess& agent) {
  return agent.read_line().value_or("(nothing)");
}

inline bool is_sad(const Snapshot& snapshot) {
  return snapshot.states[1] == CheckState::kCritical;
}

/// Makes the shell run `command` with these redirections.
inline std::vector<std::string> redirected(const std::vector<std::string>& command,
                                           const std::string& redirections) {
  std::vector<std::string> shell = {"/bin/sh", "-c", "exec \"$0\" \"$@\" " + redirections};
  shell.insert(shell.end(), command.begin(), command.end());
  return shell;
}

}  // namespace flatline
