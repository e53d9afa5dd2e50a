#pragma once

// A filter as it was understood: which hosts of a view it selects, by set algebra over planes,
// states, names, labels, and what rows tell. It is kept in postfix order, because what evaluates it
// then needs no tree. filter_parser.h makes it of a text, filter_evaluation.h finds who matches.
// Pure.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collector/view/glob.h"
#include "schema/answers/planes.h"
#include "schema/limits.h"
#include "schema/wire/check.h"

namespace flatline {

/// A word of the language: the hosts that are in all planes of one set and in none of another.
struct FilterWord {
  std::string_view name;
  std::uint16_t all_of;  ///< word_plane() of planes.
  std::uint16_t none_of;
};
constexpr std::uint16_t word_plane(Plane plane) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(plane));
}

/// All words there are: `all`, the planes, the states, and `down`.
inline constexpr std::size_t kFilterWords = 16;
extern const std::array<FilterWord, kFilterWords> kFilterWordTable;

/// `name=GLOB` or `LABEL=GLOB`.
struct TextTerm {
  std::string label;  ///< The label's key; empty for the host's name.
  Glob glob;
};

/// `check:GLOB=STATE,…`
struct CheckTerm {
  Glob name;
  std::uint32_t states;  ///< check_state_bit() of the states that match.
};
constexpr std::uint32_t check_state_bit(CheckState state) {
  return 1U << static_cast<unsigned>(state);
}

/// A host whose agent has a version from `first` to `last`.
struct AgentTerm {
  std::uint32_t first;
  std::uint32_t last;
};
/// A host whose configuration has this hash.
struct ConfigTerm {
  std::uint64_t hash;
};
/// A host whose credential was derived from the fleet key of this id.
struct KeyTerm {
  std::uint8_t id;
};
using RowTerm = std::variant<CheckTerm, AgentTerm, ConfigTerm, KeyTerm>;

/// One step of an evaluation, which works on a stack of sets.
struct FilterStep {
  enum class Kind : std::uint8_t {
    kWord,  ///< Pushes the hosts of kFilterWordTable[index].
    kText,  ///< Pushes the hosts that match texts[index].
    kRow,   ///< Pushes the hosts that match rows[index].
    kNot,   ///< Replaces the uppermost set by the hosts that are not in it.
    kAnd,   ///< Replaces the uppermost two by what they share.
    kOr,    ///< Replaces them by what is in either.
  };
  Kind kind;
  std::uint16_t index = 0;
};

struct Filter {
  std::vector<FilterStep> steps;
  std::vector<TextTerm> texts;  ///< At most kFilterTextTerms.
  std::vector<RowTerm> rows;    ///< At most kFilterRowTerms.
  /// The same for filters that mean the same but for spaces, case of words, and parentheses that do
  /// nothing.
  std::string normal_form;

  /// Whether planes alone tell who matches.
  [[nodiscard]] bool reads_planes_only() const { return texts.empty() && rows.empty(); }
};

/// So many sets are on the stack at most: in each nesting one waits for its `|` and one for its
/// `&`, and in the innermost a word waits for the one behind its comma.
inline constexpr std::size_t kFilterStack = 2 * kFilterDepth + 2;

}  // namespace flatline
