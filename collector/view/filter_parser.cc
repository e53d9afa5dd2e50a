#include "collector/view/filter_parser.h"

#include <fmt/core.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/view/filter_values.h"
#include "schema/program/did_you_mean.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

constexpr std::string_view kOtherTerms =
    "LABEL=VALUE, name=, check:NAME, agent<VERSION, config=, key=";

std::vector<std::string> filter_words() {
  std::vector<std::string> words;
  for (const FilterWord& word : kFilterWordTable) words.emplace_back(word.name);
  return words;
}

std::optional<std::uint16_t> find_word(std::string_view text) {
  const std::string low = to_lower(text);
  for (std::uint16_t i = 0; i < kFilterWordTable.size(); ++i) {
    if (kFilterWordTable[i].name == low) return i;
  }
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::string_view text, FilterScope scope) : scanner_(text), scope_(scope) {}

  std::variant<Filter, FilterError> run() {
    if (scanner_.is_at_end()) {
      push({FilterStep::Kind::kWord, 0}, kFilterWordTable[0].name);
      return std::move(filter_);
    }
    expression(0);
    if (!scanner_.is_at_end()) fail_operator("the end");
    if (scanner_.error()) return *scanner_.error();
    return std::move(filter_);
  }

 private:
  using Kind = FilterStep::Kind;

  void expression(unsigned depth) {
    term(depth);
    while (scanner_.take('|') || scanner_.take_keyword("or")) {
      term(depth);
      push({Kind::kOr}, "|");
    }
  }

  void term(unsigned depth) {
    factor(depth);
    while (scanner_.take('&') || scanner_.take_keyword("and")) {
      factor(depth);
      push({Kind::kAnd}, "&");
    }
  }

  void factor(unsigned depth) {
    if (depth >= kFilterDepth) {
      scanner_.fail(fmt::format("nested deeper than {}", kFilterDepth));
    } else if (scanner_.take('!')) {
      factor(depth + 1);
      push({Kind::kNot}, "!");
    } else if (scanner_.take('(')) {
      expression(depth + 1);
      if (!scanner_.take(')')) fail_operator("')'");
    } else {
      operand(depth);
    }
  }

  /// Reads what begins with a word, and tells by what follows it what it is.
  void operand(unsigned depth) {
    const std::size_t at = scanner_.here();
    const std::string_view word = scanner_.take_word();
    if (word.empty()) return scanner_.fail("expected a word, '!' or '('");
    const bool is_adjacent = scanner_.here() == at + word.size();
    const char next = scanner_.next();
    const bool is_compared = next == '=' || (next == '!' && scanner_.after_next() == '=');
    const std::string low = to_lower(word);
    if (next == ':' && is_adjacent) return prefixed(at, word, low);
    if (next == '<' || next == '>' || (is_compared && low == "agent")) return agent(at, low);
    if (is_compared) return comparison(at, word, low);
    if (low == "not") {
      factor(depth + 1);
      return push({Kind::kNot}, "!");
    }
    if (const auto index = find_word(word)) return words(*index);
    refuse_word(at, word, low);
  }

  void words(std::uint16_t first) {
    push({Kind::kWord, first}, kFilterWordTable[first].name);
    while (scanner_.take(',')) {
      const std::size_t at = scanner_.here();
      const std::string_view word = scanner_.take_word();
      const auto index = find_word(word);
      if (!index) {
        return scanner_.fail_at(at, fmt::format("expected a state or a plane behind the comma{}",
                                                did_you_mean(word, filter_words())));
      }
      push({Kind::kWord, *index}, kFilterWordTable[*index].name);
      push({Kind::kOr}, "|");
    }
  }

  void prefixed(std::size_t at, std::string_view word, const std::string& low) {
    scanner_.take(':');
    if (low == "check") return check(at);
    if (low != "label") {
      return scanner_.fail_at(
          at, fmt::format("no such prefix '{}:'; there are check:NAME and label:LABEL=VALUE{}",
                          word, did_you_mean(word, {"check", "label"})));
    }
    const std::string_view key = scanner_.take_word();
    if (key.empty()) return scanner_.fail("expected a label's key, as label:role=web");
    text_term(at, std::string(key), "a label's value");
  }

  /// Takes `=` or `!=`. Returns whether the comparison is turned round.
  bool take_is() {
    const bool is_not = scanner_.take('!');
    if (!scanner_.take('=')) scanner_.fail("expected '=' or '!='");
    return is_not;
  }

  void comparison(std::size_t at, std::string_view word, const std::string& low) {
    if (low == "name") return text_term(at, "", "a host's name");
    if (low == "config") return config(at);
    if (low == "key") return key(at);
    text_term(at, std::string(word), "a label's value");
  }

  void text_term(std::size_t at, std::string label, std::string_view what) {
    const bool is_not = take_is();
    const FilterValue value =
        scanner_.take_value(fmt::format("{}; * stands for any characters", what));
    if (const auto wrong = find_not_of_names(value)) {
      return scanner_.fail_at(
          *wrong, fmt::format("{} has A-Za-z0-9._- alone; * and ? stand for others", what));
    }
    if (filter_.texts.size() == kFilterTextTerms) {
      return scanner_.fail_at(
          at, fmt::format("more than {} terms of names and labels", kFilterTextTerms));
    }
    const std::string form = fmt::format("{}={}", label, normal_form(value));
    filter_.texts.push_back({std::move(label), Glob{value.text, value.is_quoted}});
    push({Kind::kText, static_cast<std::uint16_t>(filter_.texts.size() - 1)}, form);
    negate_if(is_not);
  }

  void check(std::size_t at) {
    const FilterValue value = scanner_.take_value("a check's name, as check:disk");
    const bool may_be = is_check_name(value.text) || (!value.is_quoted && is_glob(value.text));
    if (!may_be) {
      scanner_.fail_at(value.at, fmt::format("no check has such a name: 1 to {} bytes of text",
                                             kCheckNameBytes));
    }
    if (scanner_.next() == '!' && scanner_.after_next() == '=') {
      scanner_.fail("a check is compared by = alone; write ! before check: for its opposite");
    }
    std::uint32_t states =
        check_state_bit(CheckState::kCritical) | check_state_bit(CheckState::kUnknown);
    if (scanner_.take('=')) {
      states = 0;
      do {
        states |= check_state();
      } while (scanner_.take(','));
    }
    row_term(at, "check:", CheckTerm{Glob{value.text, value.is_quoted}, states},
             fmt::format("check:{}={}", normal_form(value), states));
  }

  std::uint32_t check_state() {
    const std::size_t at = scanner_.here();
    const std::string_view word = scanner_.take_word();
    if (const auto state = find_check_state(word)) return check_state_bit(*state);
    scanner_.fail_at(at,
                     fmt::format("expected a check's state: {}{}", join(kFilterCheckStates, ", "),
                                 did_you_mean(word, check_state_words())));
    return 0;
  }

  void agent(std::size_t at, const std::string& low) {
    if (low != "agent") {
      return scanner_.fail("only agent is compared by < and >, as agent<0.3");
    }
    const bool is_not = scanner_.take('!');
    const bool is_less = scanner_.take('<');
    const bool is_greater = !is_less && scanner_.take('>');
    const bool is_equal = scanner_.take('=');
    const FilterValue value = scanner_.take_value("a version, as 0.3 or 0.3.1");
    const auto version = read_version(value.text);
    if (!version) {
      return scanner_.fail_at(value.at, "a version is one to three numbers, as 0.3 or 0.3.1");
    }
    AgentTerm term{version->first, version->last};
    if (is_less) term = below(is_equal ? version->last + std::uint64_t{1} : version->first);
    if (is_greater) term = from(is_equal ? version->first : version->last + std::uint64_t{1});
    row_term(at, "agent", term, fmt::format("agent={}-{}", term.first, term.last));
    negate_if(is_not);
  }

  void config(std::size_t at) {
    const bool is_not = take_is();
    const FilterValue value = scanner_.take_value("a hash, as flatline show prints it");
    const auto hash = read_hash(value.text);
    if (!hash) {
      return scanner_.fail_at(value.at, "a configuration's hash has 1 to 16 of 0-9a-f");
    }
    row_term(at, "config", ConfigTerm{*hash}, fmt::format("config={:x}", *hash));
    negate_if(is_not);
  }

  void key(std::size_t at) {
    const bool is_not = take_is();
    const FilterValue value = scanner_.take_value("a fleet key's id, 0 to 255");
    const auto id = read_key_id(value.text);
    if (!id) return scanner_.fail_at(value.at, "a fleet key's id is a number from 0 to 255");
    row_term(at, "key", KeyTerm{*id}, fmt::format("key={}", *id));
    negate_if(is_not);
  }

  void row_term(std::size_t at, std::string_view what, RowTerm term, const std::string& form) {
    if (scope_ == FilterScope::kPast) {
      return scanner_.fail_at(at, fmt::format("{} can be asked of now alone; of the past there are "
                                              "states, planes, names and labels",
                                              what));
    }
    if (filter_.rows.size() == kFilterRowTerms) {
      return scanner_.fail_at(at, fmt::format("more than {} terms of checks, agents, "
                                              "configurations and keys",
                                              kFilterRowTerms));
    }
    filter_.rows.push_back(std::move(term));
    push({Kind::kRow, static_cast<std::uint16_t>(filter_.rows.size() - 1)}, form);
  }

  void negate_if(bool is_not) {
    if (is_not) push({Kind::kNot}, "!");
  }

  void push(FilterStep step, std::string_view form) {
    filter_.steps.push_back(step);
    filter_.normal_form += form;
    filter_.normal_form += ' ';
  }

  void refuse_word(std::size_t at, std::string_view word, const std::string& low) {
    for (const std::string_view keyword : {"name", "agent", "config", "key"}) {
      if (low == keyword) return scanner_.fail(fmt::format("expected '=' behind {}", keyword));
    }
    if (low == "check" || low == "label") {
      return scanner_.fail(fmt::format("expected ':' behind {}", low));
    }
    std::string text = fmt::format("no such word '{}'; there are: {}; {}", word,
                                   join(filter_words(), ", "), kOtherTerms);
    const std::string meant = did_you_mean(word, filter_words());
    const bool is_wild = scanner_.next() == '*' || scanner_.next() == '?';
    if (meant.empty() && (is_wild || word.find_first_of("0123456789-.") != word.npos)) {
      text += fmt::format("; a host is found by its name: name={}{}", word, is_wild ? "*" : "");
    }
    scanner_.fail_at(at, text + meant);
  }

  /// What stands where only an operator can, or `end`.
  void fail_operator(std::string_view end) {
    const bool is_comma = scanner_.next() == ',';
    scanner_.fail(is_comma ? "a comma joins states and planes alone; write | between other terms"
                           : fmt::format("expected '&', '|' or {}", end));
  }

  FilterScanner scanner_;
  FilterScope scope_;
  Filter filter_;
};

}  // namespace

std::variant<Filter, FilterError> parse_filter(std::string_view text, FilterScope scope) {
  if (text.size() > kFilterBytes) {
    return FilterError{fmt::format("filter: longer than {} bytes", kFilterBytes)};
  }
  return Parser(text, scope).run();
}

}  // namespace flatline
