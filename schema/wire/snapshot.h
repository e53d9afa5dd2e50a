#pragma once

// Everything an agent knows, as a plain value that is trivially copyable. The reporter makes it,
// the codec puts it into bytes and back, and the collector keeps it. CONTRACT.md ("The snapshot")
// says what the fields mean, limits.h how long they are.

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "schema/limits.h"
#include "schema/time.h"
#include "schema/wire/check.h"
#include "schema/wire/text.h"

namespace flatline {

using HostName = FixedText<kNameBytes>;
using Labels = FixedText<kLabelsBytes>;
using CheckName = FixedText<kCheckNameBytes>;
using Message = FixedText<kMessageBytes>;

/// Stands for the value of a check that has none. It is one bit pattern, so that equal snapshots
/// are equal bytes.
inline constexpr float kNoValue = std::numeric_limits<float>::quiet_NaN();
inline bool has_value(float value) {
  return !std::isnan(value);
}

/// The `index` of the detail page of an agent without checks.
inline constexpr std::uint8_t kNoPage = 255;
/// The `age_ms` of a result that is older than 49 days, or of no result at all.
inline constexpr std::uint32_t kNoAge = std::numeric_limits<std::uint32_t>::max();

/// The details of one check: a snapshot has room for one check's name and message.
struct DetailPage {
  std::uint8_t index = kNoPage;
  CheckState state = CheckState::kNone;
  std::uint32_t age_ms = 0;
  CheckName name;
  Message message;
  bool operator==(const DetailPage&) const = default;
};

struct Snapshot {
  HostName name;
  Labels labels;
  std::array<CheckState, kChecks> states{};
  std::array<float, kChecks> values = no_values();
  WallTime sent_at{};
  Milliseconds uptime{0};
  Milliseconds interval{kDefaultInterval};
  std::uint32_t agent_version = 0;  ///< major << 16 | minor << 8 | patch
  std::uint64_t config_hash = 0;
  bool leaving = false;
  DetailPage page;

 private:
  static constexpr std::array<float, kChecks> no_values() {
    std::array<float, kChecks> values{};
    values.fill(kNoValue);
    return values;
  }
};

/// Texts that an earlier snapshot of the host held and that were found good. Every snapshot repeats
/// them, and what is the same to the byte need not be looked into again.
struct KnownTexts {
  HostName name;
  Labels labels;
};

}  // namespace flatline
