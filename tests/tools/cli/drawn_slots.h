#pragma once

// Answers about all slots, drawn: a character a slot. `h` healthy, `f` failing, `s` silent, `w`
// healthy and warning, `d` healthy and drained, `u` unknown, `e` expected, `m` missing, `.` free.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/names_answer.h"
#include "schema/answers/past_answers.h"
#include "schema/answers/slots_answer.h"

namespace flatline::cli {

inline constexpr WallTime kDrawnTime{Milliseconds{1'700'000'000'000}};
inline constexpr std::uint8_t kDrawnDisk = 3;  ///< The place of the check that fails.

/// The view of a tick, a second after that of the tick before. Hosts that fail do so by `disk`.
inline SlotsAnswer drawn(std::string_view hosts, std::uint64_t tick, std::uint64_t generation = 1,
                         std::uint64_t start = 7, std::uint32_t capacity = 64) {
  SlotsAnswer answer;
  answer.header = {
      capacity, 0,   tick, (start << 32) + generation, kDrawnTime + tick * std::chrono::seconds{1},
      250,      1000};
  answer.words.resize((kPlanes + 1) * capacity / 64);
  answer.causes.resize(capacity);
  answer.names.resize(kCausePlaces);
  answer.names[kDrawnDisk] = CheckName("disk");
  const auto set = [&](std::size_t plane, std::size_t slot) {
    answer.words[plane * capacity / 64 + slot / 64] |= std::uint64_t{1} << slot % 64;
  };
  using enum Plane;
  const std::map<char, std::vector<Plane>> planes = {
      {'h', {kKnown, kReporting, kHealthy}},
      {'f', {kKnown, kReporting}},
      {'s', {kKnown}},
      {'w', {kKnown, kReporting, kHealthy, kWarning}},
      {'d', {kKnown, kReporting, kHealthy, kDrained}},
      {'u', {}},
      {'e', {kAwaited}},
      {'m', {kKnown, kAwaited}}};
  for (std::size_t slot = 0; slot < hosts.size(); ++slot) {
    if (hosts[slot] == '.') continue;
    for (const Plane plane : planes.at(hosts[slot])) set(static_cast<std::size_t>(plane), slot);
    set(0, slot);
    set(kPlanes, slot);
    if (hosts[slot] == 'f') answer.causes[slot] = kDrawnDisk;
  }
  return answer;
}

/// A page of names: `web-N` in slot N, where the drawing has a host; `others` are called otherwise.
inline NamesAnswer drawn_names(std::string_view hosts,
                               const std::map<std::uint32_t, std::string>& others = {}) {
  NamesAnswer page;
  for (std::uint32_t slot = 0; slot < hosts.size(); ++slot) {
    if (hosts[slot] == '.') continue;
    const auto other = others.find(slot);
    page.hosts.push_back(
        {slot, other != others.end() ? other->second : "web-" + std::to_string(slot)});
  }
  return page;
}

/// An event in a few words: `web-1 healthy>failing:disk +warning`, or `flags +panic`.
inline std::string words_of(const EventAnswer& event) {
  std::string words = event.kind;
  if (event.slot) words += " " + (event.name.empty() ? "?" : event.name);
  if (event.hosts) words += " " + std::to_string(*event.hosts) + " hosts";
  const auto with_check = [](const std::string& state, const std::string& check) {
    return check.empty() ? state : state + ":" + check;
  };
  if (!event.before.empty() || !event.after.empty()) {
    words += " " + with_check(event.before, event.check_before) + ">" +
             with_check(event.after, event.check_after);
  }
  for (const std::string& bit : event.beside) words += " " + bit;
  for (const std::string& name : event.names) words += " " + name;
  return words;
}

}  // namespace flatline::cli
