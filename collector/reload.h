#pragma once

// What a running collector takes over from its configuration when SIGHUP comes: the fleet keys, the
// tokens, the API's certificate, the quorums and the log level. Everything else takes a restart,
// and is refused by name. A reload that finds anything wrong changes nothing, and says what was
// wrong.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "collector/api/certificate.h"
#include "collector/config.h"
#include "collector/tokens.h"
#include "schema/wire/identity.h"

namespace flatline {

/// What a reload takes over.
struct Reloaded {
  std::vector<FleetKey> keys;
  ConfiguredTokens tokens;
  std::string admin_token;  ///< Empty: it could not be read, so it stays as it is.
  std::shared_ptr<const Certificate> certificate;  ///< Null: it serves without TLS.
  LogLevel log_level = LogLevel::kInfo;
  std::vector<QuorumRule> quorums;
};

/// Names the settings in which `now` differs from `running` and which only a restart takes over.
[[nodiscard]] std::vector<std::string> settings_refused(const CollectorConfig& running,
                                                        const CollectorConfig& now);

/// Throws Failure unless `keys` may take the place of `live`: they are of the same fleet, and no
/// live key id comes with other bytes.
void check_keys(const std::vector<FleetKey>& live, const std::vector<FleetKey>& keys);

/// Throws Failure if a quorum is of a key that the collector does not group by.
void check_quorums(const std::vector<LabelText>& group_by, const std::vector<QuorumRule>& quorums);

/// Reads the API's certificate; null where `config` names none. Throws Failure where it cannot be
/// used. One that is not valid at `now` is taken at a start alone, since it must not keep a fleet
/// from being watched; a reload gets null, keeps what it shows, and takes over the rest: tokens
/// that are revoked must not wait for a certificate. The log says so, and what else is amiss.
[[nodiscard]] std::shared_ptr<const Certificate> read_certificate(const CollectorConfig& config,
                                                                  WallTime now, bool at_start);

/// Reads what `now` names, for a collector that runs with `running` and has the `live` keys. It
/// waits for the disk. Throws Failure, and says in the log what it refuses of the rest.
[[nodiscard]] Reloaded reload(const CollectorConfig& running, const CollectorConfig& now,
                              const std::vector<FleetKey>& live);

}  // namespace flatline
