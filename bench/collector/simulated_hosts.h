#pragma once

// Sealed datagrams of many hosts, round by round, for benchmarks of the ingest path. Fixed keys and
// names: every run hears the same bytes.

#include <string>
#include <vector>

#include "bench/fixed_key.h"
#include "collector/fleet/fleet.h"
#include "schema/wire/datagram.h"

namespace flatline::bench {

inline constexpr WallTime kWall{std::chrono::milliseconds{1'700'000'000'000}};
inline constexpr Instant kStart{std::chrono::hours{1}};

class SimulatedHosts {
 public:
  explicit SimulatedHosts(std::size_t count) : datagrams_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      credentials_.push_back(make_credential(fixed_key(), "host-" + std::to_string(i), 0));
    }
    snapshot_.config_hash = 7;
    snapshot_.states[0] = snapshot_.states[1] = CheckState::kOk;
    snapshot_.states[2] = CheckState::kWarning;
    snapshot_.page = {0, CheckState::kOk, 100, CheckName{"load"}, Message{"load 0.42 of 4 cores"}};
  }

  /// Every host's next datagram, said one second after its last.
  const std::vector<Datagram>& next_round() {
    ++round_;
    snapshot_.uptime = std::chrono::seconds{round_};
    snapshot_.sent_at = kWall + std::chrono::seconds{round_};
    for (std::size_t i = 0; i < datagrams_.size(); ++i) {
      const Credential& credential = credentials_[i];
      snapshot_.name = HostName{credential.name};
      seal_datagram({credential.key_id, 0, credential.agent_id, kEpoch, round_}, snapshot_,
                    credential.key, datagrams_[i]);
    }
    return datagrams_;
  }

  [[nodiscard]] Moment arrival() const {
    return {kStart + std::chrono::seconds{round_}, kWall + std::chrono::seconds{round_}};
  }
  [[nodiscard]] const std::vector<Credential>& credentials() const { return credentials_; }
  /// Of each host, in the one epoch of its life.
  [[nodiscard]] std::vector<SecretKey> epoch_keys() const {
    std::vector<SecretKey> keys;
    for (const Credential& credential : credentials_) {
      keys.push_back(derive_epoch_key(credential.key, credential.agent_id, kEpoch));
    }
    return keys;
  }

 private:
  static constexpr std::uint64_t kEpoch = 1;

  std::vector<Credential> credentials_;
  std::vector<Datagram> datagrams_;
  Snapshot snapshot_;
  std::uint64_t round_ = 0;
};

}  // namespace flatline::bench
