// Tests who matches a filter: against a naive evaluator on made-up fleets, and in bounded time and
// memory for hostile filters.

#include "collector/view/filter_evaluation.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "collector/view/filter_parser.h"
#include "tests/collector/view/naive_glob.h"

namespace flatline {
namespace {

constexpr std::uint32_t kSlots = 64 * 70;  // More than a block, and no whole number of them.
constexpr std::uint64_t kGeneration = 1000;

const char* const kRoles[] = {"web", "db", "queue"};
const char* const kZones[] = {"eu-1a", "eu-1b", "us-1a"};
const char* const kCheckTexts[] = {"", "disk", "load", "disk /", "größe", "it's"};

/// A number below `bound`.
std::uint32_t draw(std::mt19937& random, std::size_t bound) {
  return static_cast<std::uint32_t>(random() % bound);
}

/// A made-up fleet, and a naive reading of it.
class MadeUp {
 public:
  explicit MadeUp(unsigned seed) : random_(seed) {
    view.head.generation = kGeneration;
    for (CheckNameId id = 1; id < std::size(kCheckTexts); ++id) {
      table.write_check_name(id, CheckName(kCheckTexts[id]));
    }
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      HostRecord record;
      if (chance(9, 10)) record = make_host(slot);
      records.push_back(record);
      table.write(slot, record);
      set(Plane::kRegistered, slot, record.registered || chance(1, 50));
      for (std::size_t plane = 1; plane < kPlanes; ++plane) {
        set(static_cast<Plane>(plane), slot, in(Plane::kRegistered, slot) && chance(1, 2));
      }
    }
  }

  [[nodiscard]] bool in(Plane plane, std::uint32_t slot) const {
    return (view.plane(plane)[slot / 64] >> (slot % 64) & 1) != 0;
  }
  /// Whether a slot's host is the one that the view tells about.
  [[nodiscard]] bool is_shown(std::uint32_t slot) const {
    return records[slot].registered && records[slot].generation <= kGeneration;
  }
  [[nodiscard]] bool has_label(std::uint32_t slot, const std::string& key,
                               const std::string& glob) const {
    std::string labels(records[slot].labels.view());
    while (!labels.empty()) {
      const std::string pair = labels.substr(0, labels.find(','));
      labels.erase(0, pair.size() + 1);
      if (pair.starts_with(key + "=") && test::naive_glob(glob, pair.substr(key.size() + 1))) {
        return true;
      }
    }
    return false;
  }

  HostTable table{kSlots, 1};
  View view{kSlots};
  std::vector<HostRecord> records;

 private:
  bool chance(unsigned of, unsigned all) { return draw(random_, all) < of; }

  HostRecord make_host(std::uint32_t slot) {
    HostRecord record;
    record.registered = true;
    record.generation = chance(1, 20) ? kGeneration + 1 : 1 + draw(random_, kGeneration);
    record.name = HostName(fmt::format("{}-{}", kRoles[draw(random_, 3)], slot));
    std::string labels;
    if (chance(9, 10)) labels = fmt::format("role={}", kRoles[draw(random_, 3)]);
    if (chance(1, 2))
      labels += fmt::format("{}zone={}", labels.empty() ? "" : ",", kZones[slot % 3]);
    if (chance(1, 9)) labels += fmt::format("{}role=twin", labels.empty() ? "" : ",");
    if (chance(1, 9)) labels += fmt::format("{}r={}", labels.empty() ? "" : ",", slot);
    record.labels = Labels(labels);
    record.received = chance(9, 10) ? 5 : 0;
    for (std::size_t i = 0; i < 6; ++i) {
      record.states[i] = static_cast<CheckState>(draw(random_, kCheckStates));
      record.check_names[i] = static_cast<CheckNameId>(draw(random_, std::size(kCheckTexts)));
    }
    record.agent_version = (draw(random_, 2)) << 16 | (draw(random_, 4)) << 8 | draw(random_, 3);
    record.config_hash = draw(random_, 4);
    record.key_id = static_cast<std::uint8_t>(draw(random_, 3));
    record.has_spoken = record.received > 0 || chance(1, 2);
    return record;
  }
  void set(Plane plane, std::uint32_t slot, bool on) {
    view.planes[static_cast<std::size_t>(plane)][slot / 64] |= std::uint64_t{on} << (slot % 64);
  }

  std::mt19937 random_;
};

/// A filter, and who matches it by a naive reading.
struct Sample {
  std::string text;
  std::function<bool(std::uint32_t)> truth;
};

class Samples {
 public:
  Samples(const MadeUp& fleet, unsigned seed) : fleet_(fleet), random_(seed) {}

  Sample expression(unsigned depth) {
    switch (depth == 0 ? 0 : draw(random_, 4)) {
      case 1: {
        const Sample inner = expression(depth - 1);
        return {pick({"!", "not ", "NOT "}) + "(" + inner.text + ")",
                [=](std::uint32_t slot) { return !inner.truth(slot); }};
      }
      case 2: {
        const Sample left = expression(depth - 1);
        const Sample right = expression(depth - 1);
        return {"(" + left.text + ")" + pick({"&", " and "}) + "(" + right.text + ")",
                [=](std::uint32_t slot) { return left.truth(slot) && right.truth(slot); }};
      }
      case 3: {
        const Sample left = expression(depth - 1);
        const Sample right = expression(depth - 1);
        return {"(" + left.text + ")" + pick({"|", " or "}) + "(" + right.text + ")",
                [=](std::uint32_t slot) { return left.truth(slot) || right.truth(slot); }};
      }
      default:
        return leaf();
    }
  }

  Sample leaf() {
    switch (draw(random_, 8)) {
      case 0:
        return name();
      case 1:
        return label();
      case 2:
        return check();
      case 3:
        return agent();
      case 4: {
        const std::uint64_t hash = draw(random_, 5);
        return {fmt::format("config={:x}", hash),
                heard([hash](const HostRecord& record) { return record.config_hash == hash; })};
      }
      case 5: {
        const unsigned id = draw(random_, 4);
        return {fmt::format("key={}", id), [this, id](std::uint32_t slot) {
                  const HostRecord& record = fleet_.records[slot];
                  return record.has_spoken && record.key_id == id;
                }};
      }
      default:
        return word();
    }
  }

 private:
  std::string pick(const std::vector<std::string>& texts) {
    return texts[draw(random_, texts.size())];
  }

  std::function<bool(std::uint32_t)> heard(std::function<bool(const HostRecord&)> truth) {
    return [this, truth](std::uint32_t slot) {
      return fleet_.records[slot].received > 0 && truth(fleet_.records[slot]);
    };
  }

  Sample word() {
    const FilterWord& word = kFilterWordTable[draw(random_, kFilterWords)];
    return {std::string(word.name), [this, &word](std::uint32_t slot) {
              for (std::size_t plane = 0; plane < kPlanes; ++plane) {
                const bool is_in = fleet_.in(static_cast<Plane>(plane), slot);
                if ((word.all_of >> plane & 1) != 0 && !is_in) return false;
                if ((word.none_of >> plane & 1) != 0 && is_in) return false;
              }
              return true;
            }};
  }

  Sample name() {
    const std::string glob =
        pick({"web-*", "*", "d?-1?", "*-7", fmt::format("web-{}", draw(random_, kSlots)), "*e*1*"});
    return {"name=" + glob, [this, glob](std::uint32_t slot) {
              const HostRecord& record = fleet_.records[slot];
              return record.registered && test::naive_glob(glob, record.name.view());
            }};
  }

  Sample label() {
    const std::string key = pick({"role", "zone", "r", "rolex"});
    const std::string glob = pick({"web", "twin", "*", "eu-*", "*1a", "1?", "db"});
    const bool is_not = draw(random_, 4) == 0;
    return {key + (is_not ? "!=" : "=") + glob,
            [=, this](std::uint32_t slot) { return fleet_.has_label(slot, key, glob) != is_not; }};
  }

  Sample check() {
    struct Row {
      const char* text;
      const char* glob;
    };
    const Row rows[] = {{"disk", "disk"},   {"\"disk /\"", "disk /"}, {"disk*", "disk*"},
                        {"größe", "größe"}, {"'it''s'", "it's"},      {"*", "*"},
                        {"none", "none"}};
    const Row row = rows[draw(random_, std::size(rows))];
    std::uint32_t states =
        check_state_bit(CheckState::kCritical) | check_state_bit(CheckState::kUnknown);
    std::string text = fmt::format("check:{}", row.text);
    if (draw(random_, 2) == 0) {
      const std::size_t first = 1 + draw(random_, 5);
      const std::size_t second = 1 + draw(random_, 5);
      states = 1U << first | 1U << second;
      text += fmt::format("={},{}", check_state_name(static_cast<CheckState>(first)),
                          check_state_name(static_cast<CheckState>(second)));
    }
    return {text, heard([states, glob = row.glob](const HostRecord& record) {
              for (std::size_t i = 0; i < kChecks; ++i) {
                const bool is_asked = (states >> static_cast<unsigned>(record.states[i]) & 1) != 0;
                const bool has_name = record.check_names[i] != 0;
                if (is_asked && has_name &&
                    test::naive_glob(glob, kCheckTexts[record.check_names[i]])) {
                  return true;
                }
              }
              return false;
            })};
  }

  Sample agent() {
    const std::uint32_t minor = draw(random_, 4);
    const std::uint32_t version = minor << 8;
    const std::string sign = pick({"<", "<=", ">", ">=", "=", "!="});
    const auto truth = [=](const HostRecord& record) {
      const std::uint32_t cut = record.agent_version & ~0xFFU;  // 0.2 stands for any 0.2.x.
      return sign == "<"    ? cut < version
             : sign == "<=" ? cut <= version
             : sign == ">"  ? cut > version
             : sign == ">=" ? cut >= version
                            : cut == version;
    };
    const auto is = heard(truth);
    return {fmt::format("agent{}0.{}", sign, minor),
            [=](std::uint32_t slot) { return is(slot) != (sign == "!="); }};
  }

  const MadeUp& fleet_;
  std::mt19937 random_;
};

PlaneWords select(const MadeUp& fleet, const Filter& filter) {
  PresentHosts hosts(fleet.table, fleet.view.head);
  PlaneWords matches = evaluate(filter, fleet.view, hosts);
  REQUIRE_FALSE(hosts.was_overtaken());
  return matches;
}

TEST_CASE("whatever the filter and the fleet, those match whom a naive evaluator finds") {
  unsigned evaluated = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const MadeUp fleet(seed);
    Samples samples(fleet, seed);
    for (unsigned round = 0; round < 150; ++round) {
      const Sample sample = samples.expression(round % 5);
      CAPTURE(sample.text);
      const auto parsed = parse_filter(sample.text);
      const auto* const filter = std::get_if<Filter>(&parsed);
      if (filter == nullptr) {  // It has too many terms for one filter, or is too long.
        const std::string why = std::get<FilterError>(parsed).message;
        REQUIRE_MESSAGE((why.find("more than 16") != why.npos || why.find("longer") != why.npos),
                        why);
        continue;
      }
      ++evaluated;
      const PlaneWords matches = select(fleet, *filter);
      for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
        const bool is_told = filter->reads_planes_only() || fleet.is_shown(slot);
        const bool expected = fleet.in(Plane::kRegistered, slot) && is_told && sample.truth(slot);
        if (((matches[slot / 64] >> (slot % 64) & 1) != 0) == expected) continue;
        FAIL_CHECK("slot ", slot, ": ", fleet.records[slot].name.view(), " ",
                   fleet.records[slot].labels.view(), expected ? " should match" : " should not");
        break;
      }
    }
  }
  CHECK(evaluated > 500);
}

TEST_CASE(
    "filters that read more than planes match hosts of earlier starts, and none newer than the "
    "view") {
  HostTable table(64, 1);
  View view(64);
  view.head.generation = 5;
  view.planes[0][0] = 0b1111;  // Of the last, the host has left since.
  const std::uint64_t generations[] = {5, 0, 6};
  for (std::uint32_t slot = 0; slot < std::size(generations); ++slot) {
    HostRecord record;
    record.registered = true;
    record.generation = generations[slot];
    record.received = 1;
    record.has_spoken = true;
    record.name = HostName("web-" + std::to_string(slot));
    record.labels = Labels("role=web");
    table.write(slot, record);
  }
  const auto select_in = [&](const char* text) {
    PresentHosts hosts(table, view.head);
    return evaluate(std::get<Filter>(parse_filter(text)), view, hosts)[0];
  };
  CHECK(select_in("all") == 0b1111);
  for (const char* text : {"name=*", "role=web", "!role=db", "all | role=web", "key=0", "!key=1"}) {
    CAPTURE(text);
    CHECK(select_in(text) == 0b0011);
  }
}

TEST_CASE("labels of thousands of kinds are told apart, and full ones read to their end") {
  HostTable table(kSlots, 1);
  View view(kSlots);
  view.head.generation = 1;
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    HostRecord record;
    record.registered = true;
    record.generation = 1;
    // They are 64 bytes, so that nothing ends the last value but the labels' end.
    std::string labels = fmt::format("n={},role={},x=", slot, slot % 7 == 0 ? "db" : "web");
    labels.append(kLabelsBytes - 1 - labels.size(), 'y');
    record.labels = Labels(labels + (slot % 5 == 0 ? "z" : "y"));
    table.write(slot, record);
    view.planes[0][slot / 64] |= std::uint64_t{1} << (slot % 64);
  }
  PresentHosts hosts(table, view.head);
  const PlaneWords matches =
      evaluate(std::get<Filter>(parse_filter("role=db | n=*99 | x=*z")), view, hosts);
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    CAPTURE(slot);
    REQUIRE((matches[slot / 64] >> (slot % 64) & 1) ==
            (slot % 7 == 0 || slot % 100 == 99 || slot % 5 == 0 ? 1 : 0));
  }
}

TEST_CASE("keys are told apart however long they are, and wherever their labels stand") {
  struct Row {
    const char* labels;
    const char* filter;
    bool matches;
  };
  const std::string filling(kLabelsBytes - 8, 'y');
  const std::string last = "x=" + filling.substr(3) + ",rol=db";  // Up to the last byte.
  const Row rows[] = {
      {"machine-room=a,machine-rooms=b", "machine-room=a", true},
      {"machine-room=a,machine-rooms=b", "machine-room=b", false},
      {"machine-room=a,machine-rooms=b", "machine-rooms=b", true},
      {"machine-rooms=b", "machine-room=*", false},
      {"machine-room=a", "machine-rooms=*", false},
      {"machine=a", "machine-room=*", false},
      {"r=a,ro=b,role=c", "ro=b & r=a & role=c", true},
      {"r=a,ro=b,role=c", "ro=c | r=b | r=c | role=b", false},
      {"a=role,b=c", "role=*", false},
      {"role=db,role=web", "role=web & role=db", true},
      {last.c_str(), "rol=db", true},
      {last.c_str(), "rol=d", false},
      {last.c_str(), "role=*", false},
      {last.c_str(), "rol-of-a-machine=*", false},
      {"", "role=*", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.labels);
    CAPTURE(row.filter);
    HostTable table(64, 1);
    View view(64);
    view.planes[0][0] = 1;
    HostRecord record;
    record.registered = true;
    record.labels = Labels(row.labels);
    table.write(0, record);
    PresentHosts hosts(table, view.head);
    CHECK(evaluate(std::get<Filter>(parse_filter(row.filter)), view, hosts)[0] == row.matches);
  }
}

// --- Hostile filters ----------------------------------------------------------------------------

std::string noise(std::mt19937& random) {
  std::string text;
  for (std::size_t size = draw(random, kFilterBytes + 100); text.size() < size;) {
    text += static_cast<char>(draw(random, 256));
  }
  return text;
}

/// Symbols of the language in any order.
std::string jumble(std::mt19937& random) {
  static const char* const kSymbols[] = {
      "(",     ")",      "!",        "&",      "|",          ",",       "=",         "!=",
      "<",     ">=",     " not ",    " and ",  " or ",       "failing", "down",      "all",
      "role",  "name=*", "name=",    "check:", "check:*=ok", "agent<1", "config=",   "ff",
      "key=1", "label:", "*a*a*a*a", "????*",  "\"",         "'x y'",   "zone=eu-*", " "};
  std::string text;
  const std::size_t size = draw(random, 60);
  for (std::size_t i = 0; i < size; ++i) text += kSymbols[draw(random, std::size(kSymbols))];
  return text;
}

TEST_CASE("10,000 hostile filters get an error with a column, or an answer, in bounded time") {
  const MadeUp fleet(7);
  Samples samples(fleet, 7);
  std::mt19937 random(2026);
  std::size_t answered = 0;
  for (unsigned round = 0; round < 10'000; ++round) {
    std::string text;
    if (round % 3 == 0) text = noise(random);
    if (round % 3 == 1) text = jumble(random);
    if (round % 3 == 2) text = samples.expression(draw(random, 7)).text;
    if (round % 6 == 5 && !text.empty()) {
      char& struck = text[draw(random, text.size())];
      struck = static_cast<char>(struck ^ (1 << draw(random, 8)));
    }
    const auto parsed = parse_filter(text, round % 2 == 0 ? FilterScope::kNow : FilterScope::kPast);
    if (const auto* const error = std::get_if<FilterError>(&parsed)) {
      REQUIRE(error->message.starts_with("filter"));
      REQUIRE(error->message.size() < 3 * kFilterBytes);
      continue;
    }
    const auto& filter = std::get<Filter>(parsed);
    ++answered;
    REQUIRE(filter.steps.size() <= 2 * kFilterBytes);
    REQUIRE(filter.texts.size() <= kFilterTextTerms);
    REQUIRE(filter.rows.size() <= kFilterRowTerms);
    if (answered % 8 == 0) (void)select(fleet, filter);
  }
  CHECK(answered > 500);
}

TEST_CASE("the filter with the most of everything is answered") {
  const MadeUp fleet(3);
  std::string text;
  for (std::size_t i = 0; i < kFilterTextTerms; ++i) text += "name=*a*b?*|";
  for (std::size_t i = 0; i < kFilterRowTerms; ++i) text += "check:*|";
  while (text.size() + 6 <= kFilterBytes) text += "all&";
  text += "all";
  const auto parsed = parse_filter(text);
  REQUIRE(std::holds_alternative<Filter>(parsed));
  (void)select(fleet, std::get<Filter>(parsed));
}

}  // namespace
}  // namespace flatline
