#include "collector/view/filter_rows.h"

#include <bit>

#include "schema/invariant.h"

namespace flatline {
namespace {

/// What a snapshot told of itself. A host that was not heard since the collector's start has told
/// nothing, but its key is known from before.
struct Told {
  const HostRecord& record;

  [[nodiscard]] bool was_heard() const { return record.received > 0; }
  bool operator()(const CheckTerm&) const { return false; }
  bool operator()(const AgentTerm& term) const {
    return was_heard() && record.agent_version >= term.first && record.agent_version <= term.last;
  }
  bool operator()(const ConfigTerm& term) const {
    return was_heard() && record.config_hash == term.hash;
  }
  bool operator()(const KeyTerm& term) const {
    return record.has_spoken && record.key_id == term.id;
  }
};

}  // namespace

RowMatcher::RowMatcher(std::span<const RowTerm> terms,
                       const std::function<CheckName(CheckNameId)>& check_name)
    : terms_(terms) {
  INVARIANT(terms.size() <= kFilterRowTerms);
  GlobSet names;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto* const check = std::get_if<CheckTerm>(&terms[i]);
    (check != nullptr ? check_terms_ : other_terms_) |= 1U << i;
    if (check == nullptr) continue;
    names.add(check->name, 1U << i);
    for (std::size_t state = 0; state < kCheckStates; ++state) {
      if ((check->states >> state & 1) != 0) by_state_[state] |= 1U << i;
    }
  }
  if (check_terms_ == 0) return;
  by_name_.resize(kCheckNames);
  for (CheckNameId id = 1; id < kCheckNames; ++id) {
    const CheckName name = check_name(id);
    if (!name.empty()) by_name_[id] = names.match(name.view());
  }
}

std::uint32_t RowMatcher::match(const HostRecord& record) const {
  const bool was_heard = Told{record}.was_heard();
  std::uint32_t matches = check_terms_ == 0 || !was_heard ? 0 : match_checks(record);
  for (std::uint32_t left = other_terms_; left != 0; left &= left - 1) {
    const auto term = static_cast<std::size_t>(std::countr_zero(left));
    if (std::visit(Told{record}, terms_[term])) matches |= 1U << term;
  }
  return matches;
}

std::uint32_t RowMatcher::match_checks(const HostRecord& record) const {
  std::uint32_t matches = 0;
  for (std::size_t i = 0; i < kChecks; ++i) {
    const std::uint32_t asked = by_state_[static_cast<std::size_t>(record.states[i])];
    matches |= asked & by_name_[record.check_names[i]];
  }
  return matches;
}

}  // namespace flatline
