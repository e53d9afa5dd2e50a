#include "collector/view/filter.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace flatline {
namespace {

constexpr std::uint32_t kSlots = 64;

/// Slot i of all mixtures that there can be: the bits of i choose planes, as far as the planes
/// before allow them.
struct Slot {
  explicit Slot(std::uint32_t i)
      : registered((i & 1) != 0),
        known(registered && (i & 2) != 0),
        reporting(known && (i & 4) != 0),
        healthy(reporting && (i & 8) != 0),
        warning(known && (i & 16) != 0),
        drained(registered && (i & 32) != 0),
        awaited(registered && !reporting && (i & 8) != 0) {}
  bool registered, known, reporting, healthy, warning, drained, awaited;
};

View varied() {
  View view(kSlots);
  for (std::uint32_t i = 0; i < kSlots; ++i) {
    const auto set = [&](Plane plane, bool on) {
      view.planes[static_cast<std::size_t>(plane)][0] |= std::uint64_t{on} << i;
    };
    const Slot slot(i);
    set(Plane::kRegistered, slot.registered);
    set(Plane::kKnown, slot.known);
    set(Plane::kReporting, slot.reporting);
    set(Plane::kHealthy, slot.healthy);
    set(Plane::kWarning, slot.warning);
    set(Plane::kDrained, slot.drained);
    set(Plane::kAwaited, slot.awaited);
  }
  return view;
}

template <typename Truth>
void holds(const std::string& filter, Truth truth) {
  CAPTURE(filter);
  const auto result = evaluate_filter(filter, varied());
  REQUIRE(std::holds_alternative<PlaneWords>(result));
  const std::uint64_t matches = std::get<PlaneWords>(result)[0];
  for (std::uint32_t i = 0; i < kSlots; ++i) {
    CAPTURE(i);
    const Slot slot(i);
    CHECK((matches >> i & 1) == (slot.registered && truth(slot) ? 1 : 0));
  }
}

std::string error_of(const std::string& filter) {
  const auto result = evaluate_filter(filter, varied());
  const auto* error = std::get_if<FilterError>(&result);
  return error != nullptr ? error->message : "";
}

TEST_CASE("an empty filter is every registered host") {
  holds("", [](const Slot&) { return true; });
  holds("   ", [](const Slot&) { return true; });
}

TEST_CASE("planes and states are terms, alone and of registered hosts only") {
  holds("known", [](const Slot& s) { return s.known; });
  holds("warning", [](const Slot& s) { return s.warning; });
  holds("drained", [](const Slot& s) { return s.drained; });
  holds("conflict", [](const Slot&) { return false; });
  holds("awaited", [](const Slot& s) { return s.awaited; });
  holds("unknown", [](const Slot& s) { return !s.known && !s.awaited; });
  holds("expected", [](const Slot& s) { return !s.known && s.awaited; });
  holds("missing", [](const Slot& s) { return s.known && s.awaited; });
  holds("silent", [](const Slot& s) { return s.known && !s.reporting && !s.awaited; });
  holds("failing", [](const Slot& s) { return s.known && s.reporting && !s.healthy; });
}

TEST_CASE("not binds closest, then and, then or; parentheses say otherwise") {
  holds("!warning", [](const Slot& s) { return !s.warning; });
  holds("!!warning", [](const Slot& s) { return s.warning; });
  holds("warning&!drained", [](const Slot& s) { return s.warning && !s.drained; });
  holds("known | warning & drained",
        [](const Slot& s) { return s.known || (s.warning && s.drained); });
  holds("(known | warning) & drained",
        [](const Slot& s) { return (s.known || s.warning) && s.drained; });
  holds("!(known | warning)", [](const Slot& s) { return !(s.known || s.warning); });
  holds("known & warning | drained & !known",
        [](const Slot& s) { return (s.known && s.warning) || (s.drained && !s.known); });
}

TEST_CASE("what is no filter is said with its place") {
  std::set<std::string> errors;
  for (const char* filter : {"sick", "known &", "& known", "known known", "(known", "known)", "!",
                             "()", "known @ warning", "|"}) {
    CAPTURE(filter);
    const std::string error = error_of(filter);
    CHECK(error.starts_with("filter"));
    errors.insert(error);
  }
  CHECK(errors.size() >= 5);
  CHECK(error_of("sick").find("'sick'") != std::string::npos);
}

TEST_CASE("nothing behind a filter's end is read") {
  const std::string_view text = "(known)";
  CHECK(std::holds_alternative<FilterError>(evaluate_filter(text.substr(0, 6), varied())));
  CHECK(std::holds_alternative<PlaneWords>(evaluate_filter(text, varied())));
}

TEST_CASE("depth and length have limits, and their boundaries are within") {
  const auto nested = [](unsigned depth) {
    return std::string(depth, '(') + "known" + std::string(depth, ')');
  };
  CHECK(error_of(nested(kFilterDepth - 1)).empty());
  CHECK(error_of(nested(kFilterDepth + 1))
            .ends_with("nested deeper than " + std::to_string(kFilterDepth)));
  CHECK_FALSE(error_of(std::string(2 * kFilterDepth, '!') + "known").empty());
  const std::string word = "known|";
  std::string longest;
  while (longest.size() + word.size() + 5 <= kFilterBytes) longest += word;
  longest += "known";
  longest.resize(kFilterBytes, ' ');
  CHECK(error_of(longest).empty());
  CHECK(error_of(longest + " ").find(std::to_string(kFilterBytes)) != std::string::npos);
}

}  // namespace
}  // namespace flatline
