#include "collector/view/filter.h"

namespace flatline {
namespace {

constexpr std::uint16_t kRegistered = word_plane(Plane::kRegistered);
constexpr std::uint16_t kKnown = word_plane(Plane::kKnown);
constexpr std::uint16_t kReporting = word_plane(Plane::kReporting);
constexpr std::uint16_t kHealthy = word_plane(Plane::kHealthy);
constexpr std::uint16_t kDrained = word_plane(Plane::kDrained);
constexpr std::uint16_t kAwaited = word_plane(Plane::kAwaited);

}  // namespace

// The states are those of host_state_of(). Every set lies within `registered`.
constexpr std::array<FilterWord, kFilterWords> kFilterWordTable = {{
    {"all", kRegistered, 0},
    {"registered", kRegistered, 0},
    {"known", kKnown, 0},
    {"reporting", kReporting, 0},
    {"healthy", kHealthy, 0},
    {"warning", word_plane(Plane::kWarning), 0},
    {"drained", kDrained, 0},
    {"flapping", word_plane(Plane::kFlapping), 0},
    {"conflict", word_plane(Plane::kConflict), 0},
    {"awaited", kAwaited, 0},
    {"expected", kAwaited, kKnown},
    {"missing", kAwaited | kKnown, 0},
    {"unknown", kRegistered, kKnown | kAwaited},
    {"silent", kKnown, kReporting | kAwaited},
    {"failing", kReporting, kHealthy},
    {"down", kKnown, kHealthy | kDrained},
}};

}  // namespace flatline
