#include "collector/api/render_keys.h"

#include <fmt/core.h>

#include <array>

#include "collector/api/render.h"

namespace flatline {
namespace {

/// Which of two live keys follows the other in a rotation: the one with the next id, as
/// `keygen --rotate` gives it, or else the one that stands last in the configuration.
struct Rotation {
  explicit Rotation(const LiveKeys& live) : newer(live.ids[0]), older(live.ids[0]) {
    if (live.count < 2) return;
    const bool goes_back = static_cast<std::uint8_t>(live.ids[1] + 1) == live.ids[0];
    older = live.ids[goes_back ? 1 : 0];
    newer = live.ids[goes_back ? 0 : 1];
  }
  [[nodiscard]] bool is_under_way() const { return newer != older; }

  std::uint8_t newer;
  std::uint8_t older;
};

const char* state_of(std::uint8_t key_id, const KeyCounts& counts, const Rotation& rotation) {
  if (!counts.live.has(key_id)) return counts.keys[key_id].hosts > 0 ? "dropped" : "unknown";
  if (!rotation.is_under_way()) return "live";
  return key_id == rotation.newer ? "new" : "old";
}

/// `1 host speaks`, `2 hosts speak`.
std::string hosts_text(std::uint32_t hosts, const char* one, const char* many) {
  return fmt::format("{} {}", hosts == 1 ? "1 host" : fmt::format("{} hosts", hosts),
                     hosts == 1 ? one : many);
}

/// Where all hosts that were ever heard have the new key.
std::string done_text(const KeyCounts& counts, const Rotation& rotation) {
  const KeyCount& newer = counts.keys[rotation.newer];
  const std::uint32_t silent = newer.hosts - newer.speaking;
  const bool is_one = newer.hosts == 1;
  const char* const verb =
      silent == 0 ? (is_one ? "speaks with" : "speak with") : (is_one ? "has" : "have");
  std::string text = fmt::format(
      "{} {} key {}{}", is_one ? "the only host" : fmt::format("all {} hosts", newer.hosts), verb,
      rotation.newer, silent == 0 ? "" : fmt::format(" ({} silent)", silent));
  if (counts.unheard > 0) {
    text += fmt::format(", but {} never heard: once {} a credential of key {}, too,",
                        hosts_text(counts.unheard, "was", "were"),
                        counts.unheard == 1 ? "it has" : "they have", rotation.newer);
  } else {
    text += ":";
  }
  return fmt::format("{} drop key {} from fleet_keys and reload the collector", text,
                     rotation.older);
}

/// What comes next while two keys are live.
std::string rotation_text(const KeyCounts& counts, const Rotation& rotation) {
  const KeyCount& older = counts.keys[rotation.older];
  const KeyCount& newer = counts.keys[rotation.newer];
  const std::uint32_t silent = older.hosts - older.speaking;
  const std::string left =
      hosts_text(silent, "is silent that spoke with it last", "are silent that spoke with it last");
  if (older.speaking > 0) {
    return fmt::format("{} with key {}: give them credentials of key {} and reload their agents{}",
                       hosts_text(older.speaking, "still speaks", "still speak"), rotation.older,
                       rotation.newer, silent == 0 ? "" : "; " + left);
  }
  if (silent > 0) {
    return fmt::format(
        "nobody speaks with key {} any more, but {}: give them credentials of key {}, or they are "
        "refused when they come back after it is dropped",
        rotation.older, left, rotation.newer);
  }
  if (newer.hosts == 0) {
    return fmt::format("give hosts credentials of key {} and reload their agents", rotation.newer);
  }
  return done_text(counts, rotation);
}

/// What is wrong with hosts that use a key which is not live.
std::string trouble_text(const KeyCounts& counts, const Rotation& rotation) {
  std::string text;
  for (std::size_t id = 0; id < counts.keys.size(); ++id) {
    const KeyCount& key = counts.keys[id];
    const bool is_live = counts.live.has(static_cast<std::uint8_t>(id));
    if (is_live || (key.hosts == 0 && key.refused == 0)) continue;
    if (!text.empty()) text += "; ";
    if (key.refused > 0) {
      text += fmt::format(
          "{} named by datagrams under key {}, which is not live here (nothing proves that they "
          "are theirs): put key {} back into fleet_keys and reload, or give them credentials of "
          "key {}",
          hosts_text(key.refused, "is silent and", "are silent and"), id, id, rotation.newer);
    } else {
      text += fmt::format(
          "{} last with key {}, which is not live: give them credentials of key {}, or they stay "
          "refused",
          hosts_text(key.hosts, "spoke", "spoke"), id, rotation.newer);
    }
  }
  return text;
}

std::string advice_text(const KeyCounts& counts) {
  const Rotation rotation(counts.live);
  std::string text = trouble_text(counts, rotation);
  if (rotation.is_under_way()) {
    return text + (text.empty() ? "" : "; ") + rotation_text(counts, rotation);
  }
  if (!text.empty()) return text;
  return "one key is live, and nobody uses another";
}

}  // namespace

KeysAnswer render_keys(const KeyCounts& counts, Instant now) {
  KeysAnswer answer;
  if (counts.tick == 0) return answer;
  answer.age_seconds = age_seconds(counts.at, now);
  answer.unheard = counts.unheard;
  answer.other_generations = counts.other_generations;
  answer.advice = advice_text(counts);
  const Rotation rotation(counts.live);
  for (std::size_t id = 0; id < counts.keys.size(); ++id) {
    const KeyCount& key = counts.keys[id];
    const auto key_id = static_cast<std::uint8_t>(id);
    if (key == KeyCount{} && !counts.live.has(key_id)) continue;
    answer.keys.push_back({key_id,
                           state_of(key_id, counts, rotation),
                           key.hosts,
                           key.speaking,
                           key.hosts - key.speaking,
                           key.refused,
                           {}});
    for (std::uint32_t i = 0; i < counts.generation_count; ++i) {
      const GenerationCount& one = counts.generations[i];
      if (one.key_id != key_id) continue;
      answer.keys.back().generations.push_back({one.generation, one.hosts, one.speaking});
    }
  }
  return answer;
}

std::string refused_key_text(std::uint8_t key_id, const LiveKeys& live) {
  return fmt::format(
      "datagrams that name it come under key {}, which is not live here (nothing proves that they "
      "are its own); put key {} back into fleet_keys and reload, or give it a credential of key {} "
      "and reload its agent",
      key_id, key_id, Rotation(live).newer);
}

std::string refused_text(const HostRecord& record, const ViewHead& head, Instant now) {
  if (record.refused_at == Instant{} || head.live_keys.has(record.refused_key_id) ||
      (record.heard && record.heard_at >= record.refused_at)) {
    return {};
  }
  return fmt::format("{:.0f} s ago: {}", age_seconds(record.refused_at, now),
                     refused_key_text(record.refused_key_id, head.live_keys));
}

}  // namespace flatline
