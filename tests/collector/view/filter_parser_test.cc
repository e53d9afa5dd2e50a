// Tests the language of filters: what each production means where planes alone decide, and what is
// said of every mistake, and where.

#include "collector/view/filter_parser.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "collector/view/filter_evaluation.h"

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

std::variant<PlaneWords, FilterError> evaluate_filter(std::string_view text, const View& view) {
  const auto parsed = parse_filter(text);
  if (const auto* error = std::get_if<FilterError>(&parsed)) return *error;
  return evaluate_planes(std::get<Filter>(parsed), view);
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

/// The same for a filter that may read more than planes.
std::string error_of_any(const std::string& filter) {
  const auto parsed = parse_filter(filter);
  const auto* const error = std::get_if<FilterError>(&parsed);
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

TEST_CASE("down is who is known, not healthy and not drained") {
  holds("down", [](const Slot& s) { return s.known && !s.healthy && !s.drained; });
}

TEST_CASE("words may be in any case, and not, and, or may be words") {
  holds("Known AND NOT Warning", [](const Slot& s) { return s.known && !s.warning; });
  holds("not (known or warning)", [](const Slot& s) { return !(s.known || s.warning); });
  holds("not not known", [](const Slot& s) { return s.known; });
  holds("known\tand\nwarning", [](const Slot& s) { return s.known && s.warning; });
}

TEST_CASE("a comma joins states, closer than anything else") {
  holds("silent,failing", [](const Slot& s) {
    return s.known && !(s.reporting && s.healthy) && !(s.awaited && !s.reporting);
  });
  holds("warning, drained & known",
        [](const Slot& s) { return (s.warning || s.drained) && s.known; });
  holds("!warning,drained", [](const Slot& s) { return !(s.warning || s.drained); });
}

TEST_CASE("filters that mean the same in other spaces, case and parentheses have one normal form") {
  const auto form_of = [](const char* text) {
    return std::get<Filter>(parse_filter(text)).normal_form;
  };
  const char* const rows[][2] = {
      {"failing&!drained", "( FAILING )  and not (drained)"},
      {"failing,silent", "failing|silent"},
      {"role=web", "label:role = 'web'"},
      {"role!=web", "!role=web"},
      {"check:disk", "CHECK:disk=unknown,Critical"},
      {"agent<0.3", "agent < 0.3.0"},
      {"config=00ff", "config=FF"},
      {"", "all"},
  };
  for (const auto& [one, other] : rows) {
    CAPTURE(one);
    CHECK(form_of(one) == form_of(other));
  }
  CHECK(form_of("check:a*") != form_of("check:'a*'"));
  CHECK(form_of("name=a") != form_of("label:name=a"));
  CHECK(form_of("known&warning|drained") != form_of("known&(warning|drained)"));
}

/// What is said of a filter, and where.
struct Mistake {
  const char* text;
  unsigned column;
  const char* said;  ///< A part of what is said.
};

TEST_CASE("every mistake is told with its column, with what could stand there, and a near word") {
  const Mistake mistakes[] = {
      {"failng", 1, "no such word 'failng'; there are: all, registered,"},
      {"failng", 1, "did you mean failing?"},
      {"known & Slient", 9, "did you mean silent?"},
      {"x", 1, "; LABEL=VALUE, name=, check:NAME, agent<VERSION, config=, key="},
      {"web-1", 1, "a host is found by its name: name=web-1"},
      {"known | web-*", 9, "name=web-*"},
      {"(", 2, "expected a word, '!' or '('"},
      {"known &", 8, "expected a word, '!' or '('"},
      {"known & | warning", 9, "expected a word, '!' or '('"},
      {"known && warning", 8, "expected a word, '!' or '('"},
      {"!", 2, "expected a word, '!' or '('"},
      {"not", 4, "expected a word, '!' or '('"},
      {"known warning", 7, "expected '&', '|' or the end"},
      {"(known warning)", 8, "expected '&', '|' or ')'"},
      {"(known", 7, "expected '&', '|' or ')'"},
      {"known)", 6, "expected '&', '|' or the end"},
      {"known,", 7, "expected a state or a plane behind the comma"},
      {"known, role=web", 8, "expected a state or a plane behind the comma"},
      {"failing,slient", 9, "did you mean silent?"},
      {"role=web,db", 9, "a comma joins states and planes alone; write |"},
      {"role=", 6, "expected a label's value; * stands for any characters"},
      {"role= & known", 7, "expected a label's value"},
      {"role==web", 6, "expected a label's value"},
      {"role=we/b", 8, "a label's value has A-Za-z0-9._- alone; * and ? stand for others"},
      {"role=\"we b\"", 9, "a label's value has A-Za-z0-9._- alone"},
      {"role='a*'", 8, "a label's value has"},
      {"role=\"web", 6, "this quote does not end"},
      {"role<5", 5, "only agent is compared by < and >"},
      {"name", 5, "expected '=' behind name"},
      {"name=", 6, "expected a host's name"},
      {"name=a:b", 7, "a host's name has"},
      {"label:=x", 7, "expected a label's key"},
      {"label:role", 11, "expected '=' or '!='"},
      {"label role", 7, "expected ':' behind label"},
      {"chek:disk", 1, "no such prefix 'chek:'"},
      {"chek:disk", 1, "did you mean check?"},
      {"check", 6, "expected ':' behind check"},
      {"check:", 7, "expected a check's name, as check:disk"},
      {"check:123456789012345678901234567890123", 7, "no check has such a name"},
      {"check:disk=", 12, "expected a check's state: OK, WARNING, CRITICAL, UNKNOWN, PENDING"},
      {"check:disk=bad", 12, "expected a check's state"},
      {"check:disk=ok,critcal", 15, "did you mean CRITICAL?"},
      {"check:disk!=ok", 11, "a check is compared by = alone"},
      {"agent", 6, "expected '=' behind agent"},
      {"agent<", 7, "expected a version, as 0.3 or 0.3.1"},
      {"agent<x", 7, "a version is one to three numbers"},
      {"agent=1.2.3.4", 7, "a version is one to three numbers"},
      {"agent=1.256", 7, "a version is one to three numbers"},
      {"agent=1.", 7, "a version is one to three numbers"},
      {"config=xyz", 8, "a configuration's hash has 1 to 16 of 0-9a-f"},
      {"config=00112233445566778", 8, "a configuration's hash has"},
      {"config<5", 7, "only agent is compared"},
      {"key=256", 5, "a fleet key's id is a number from 0 to 255"},
      {"key=-1", 5, "a fleet key's id is"},
      {"key", 4, "expected '=' behind key"},
      {"\"known\"", 1, "expected a word, '!' or '('"},
      {"check:größe= & known", 14, "expected a check's state"},  // In characters, not in bytes.
  };
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.text);
    const std::string error = error_of_any(mistake.text);
    CHECK_MESSAGE(error.starts_with("filter, character " + std::to_string(mistake.column) + ": "),
                  error);
    CHECK_MESSAGE(error.find(mistake.said) != std::string::npos, error);
  }
}

TEST_CASE("of the past the rest is refused at its column") {
  const auto error = [](const char* text) {
    const auto parsed = parse_filter(text, FilterScope::kPast);
    const auto* const refused = std::get_if<FilterError>(&parsed);
    return refused != nullptr ? refused->message : "";
  };
  for (const char* text : {"failing & role=web", "name=db-*", "down | !label:zone=a"}) {
    CHECK(error(text).empty());
  }
  CHECK(error("known & check:disk").starts_with("filter, character 9: check: can be asked of now"));
  CHECK(error("agent<1").starts_with("filter, character 1: agent can be asked of now alone"));
  CHECK(error("(config=1)").starts_with("filter, character 2: config "));
  CHECK(error("! key=1").starts_with("filter, character 3: key "));
}

TEST_CASE("terms that read names, labels or rows have limits") {
  const auto joined = [](const std::string& term, std::size_t count) {
    std::string text = term;
    for (std::size_t i = 1; i < count; ++i) text += "|" + term;
    return text;
  };
  CHECK(error_of_any(joined("a=b", kFilterTextTerms)).empty());
  CHECK(error_of_any(joined("a=b", kFilterTextTerms + 1)) ==
        "filter, character 65: more than 16 terms of names and labels");
  CHECK(error_of_any(joined("key=1", kFilterRowTerms)).empty());
  CHECK(
      error_of_any(joined("key=1", kFilterRowTerms + 1)).starts_with("filter, character 97: more"));
  CHECK(error_of_any(joined("a=b", kFilterTextTerms) + "&" + joined("key=1", kFilterRowTerms))
            .empty());
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
  // So many sets wait for their operators at most.
  std::string deepest;
  for (unsigned i = 0; i + 1 < kFilterDepth; ++i) deepest += "known|known&(";
  deepest += "known|known&known,known" + std::string(kFilterDepth - 1, ')');
  CHECK(error_of(deepest).empty());
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
