#include "collector/api/past_filter.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "collector/api/view_responses.h"
#include "collector/view/filter_parser.h"
#include "schema/limits.h"

namespace flatline {
namespace {

/// The hosts of a stored step. Most of them still have the slot that they had then, and the host
/// table knows their texts. The others' names are in the registry, and their labels wherever they
/// are now.
class PastHosts final : public FilterSource {
 public:
  PastHosts(Past& past, const StoredStep& then)
      : past_(past),
        table_(past.host_table()),
        holders_(past.holders(then, 0, past.shape().capacity)) {}

  bool read(std::uint32_t slot, TextParts, KnownTexts& texts) override {
    texts = {};
    const AgentId holder = holders_[slot];
    if (holder == AgentId::kNone || read_present(slot, holder, texts)) return true;
    texts.name = past_.name_of(holder, slot);
    KnownTexts now;
    if (const auto moved = present_slot(holder); moved && read_present(*moved, holder, now)) {
      texts.labels = now.labels;
    }
    return true;
  }
  /// No filter about the past reads rows or names of checks.
  bool read(std::uint32_t, HostRecord&) override { return false; }
  CheckName check_name(CheckNameId) override { return {}; }

 private:
  /// Reads the texts of a slot whose host is `holder`. False if it is another one.
  bool read_present(std::uint32_t slot, AgentId holder, KnownTexts& texts) const {
    if (table_.agent(slot) != holder) return false;
    std::uint64_t generation = 0;
    const bool is_whole = table_.read(slot, generation, texts);
    if (is_whole && generation != HostTable::kNobody && table_.agent(slot) == holder) return true;
    texts = {};
    return false;
  }

  /// Where a host is now. The list is made when the first host is found to have moved.
  std::optional<std::uint32_t> present_slot(AgentId agent) {
    if (!slots_) {
      slots_.emplace();
      for (std::uint32_t slot = 0; slot < table_.capacity(); ++slot) {
        if (table_.agent(slot) != AgentId::kNone) slots_->emplace_back(table_.agent(slot), slot);
      }
      std::sort(slots_->begin(), slots_->end());
    }
    const auto found = std::lower_bound(slots_->begin(), slots_->end(), std::pair{agent, 0U});
    if (found == slots_->end() || found->first != agent) return std::nullopt;
    return found->second;
  }

  Past& past_;
  const HostTable& table_;
  std::vector<AgentId> holders_;
  std::optional<std::vector<std::pair<AgentId, std::uint32_t>>> slots_;
};

}  // namespace

Filter read_past_filter(const ApiRequest& request) {
  auto parsed = parse_filter(request.parameter("filter"), FilterScope::kPast);
  if (const auto* error = std::get_if<FilterError>(&parsed)) throw PastRefused(400, error->message);
  return std::move(std::get<Filter>(parsed));
}

double past_filter_price(const Filter& filter) {
  return filter.reads_planes_only() ? 0 : kFilterPrice - 1;
}

std::string labels_note(const Filter& filter) {
  const bool has_labels =
      std::ranges::any_of(filter.texts, [](const TextTerm& term) { return !term.label.empty(); });
  return has_labels ? "labels are those of today, because the past keeps none" : "";
}

PlaneWords past_matches(const Filter& filter, Past& past, const StoredStep& then,
                        const View& view) {
  if (filter.reads_planes_only()) return evaluate_planes(filter, view);
  PastHosts hosts(past, then);
  return evaluate(filter, view, hosts);
}

bool MatchingTwice::has(std::uint32_t slot) const {
  return holds(before, slot) || holds(after, slot);
}

bool MatchingTwice::has(const HostChange& change) const {
  using Kind = HostChange::Kind;
  const bool was = holds(before, change.slot_before.value_or(change.slot));
  const bool is = holds(after, change.slot);
  if (change.kind == Kind::kChanged) return was || is;
  return change.kind == Kind::kWent ? was : is;
}

std::vector<std::uint8_t> MatchingTwice::of(std::vector<std::uint8_t> planes) const {
  for (std::uint32_t slot = 0; slot < planes.size(); ++slot) {
    if (!has(slot)) planes[slot] = 0;
  }
  return planes;
}

}  // namespace flatline
