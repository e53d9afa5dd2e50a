#include "collector/api/filtered_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "collector/api/view_responses.h"
#include "collector/view/filter_evaluation.h"
#include "collector/view/filter_parser.h"
#include "collector/view/label_keys.h"
#include "schema/program/did_you_mean.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline {

namespace {

/// Says which labels of a filter that nobody matches no host has: that is seldom meant. Empty where
/// there are none.
std::string note_of(const Filter& filter, const PlaneWords& matches, const View& view,
                    PresentHosts& hosts) {
  const auto is_of_label = [](const TextTerm& term) { return is_labels(term.label + "=x"); };
  if (count_of(matches) > 0 || std::ranges::none_of(filter.texts, is_of_label)) return {};
  const std::vector<std::string> keys = label_keys(view, hosts);
  if (keys.size() >= kHintKeys) return {};  // Perhaps one that was left out is it.
  std::vector<std::string> notes;
  for (const TextTerm& term : filter.texts) {
    if (!is_of_label(term) || std::ranges::find(keys, term.label) != keys.end()) continue;
    std::string note =
        fmt::format("no host has a label '{}'{}", term.label, did_you_mean(term.label, keys));
    if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
  }
  return join(notes, "; ");
}

/// An answer with a note that is not empty has it in a header.
ApiResponse with_note(ApiResponse answer, const std::string& note) {
  if (!note.empty()) answer.page_headers.emplace_back("Flatline-Note", note);
  return answer;
}

}  // namespace

FilteredView::Found FilteredView::find_at_once(const Filter& filter, const View& view) {
  Found found;
  if (filter.reads_planes_only()) {
    found.matches = std::make_shared<const PlaneWords>(evaluate_planes(filter, view));
  } else {
    found.matches = results_.find(filter.normal_form, view.head.tick, &found.note);
  }
  return found;
}

FilteredView::Found FilteredView::find(const Filter& filter, const View& view) {
  // Another client may have asked for the same meanwhile.
  Found found = find_at_once(filter, view);
  if (found.matches != nullptr) return found;
  PresentHosts hosts(sources_.host_table, view.head);
  found.matches = std::make_shared<const PlaneWords>(evaluate(filter, view, hosts));
  found.note = note_of(filter, *found.matches, view, hosts);
  if (hosts.was_overtaken()) return {};
  results_.keep(filter.normal_form, view.head.tick, found.matches, found.note);
  return found;
}

ApiOutcome FilteredView::answer(const std::string& filter, Answer make, std::uint32_t most_at_once,
                                Price price) {
  auto parsed = parse_filter(filter);
  ApiOutcome outcome;
  if (const auto* error = std::get_if<FilterError>(&parsed)) {
    outcome.now = refuse_request(400, error->message);
    return outcome;
  }
  View view(sources_.board.capacity());
  if (!sources_.board.read(view)) {
    outcome.now = refuse_overtaken();
    return outcome;
  }
  auto& wanted = std::get<Filter>(parsed);
  const Found found = find_at_once(wanted, view);
  if (found.matches != nullptr && count_of(*found.matches) <= most_at_once) {
    outcome.price = price ? price(count_of(*found.matches)) : 0;
    if (outcome.price == 0) {
      outcome.now = with_note(make(view, *found.matches), found.note);
      return outcome;
    }
    outcome.later = [found, maker = std::move(make),
                     read = std::make_shared<const View>(std::move(view))] {
      return with_note(maker(*read, *found.matches), found.note);
    };
    return outcome;
  }
  outcome.runs_on = RunsOn::kFilterPool;
  outcome.price = kFilterPrice - 1;
  outcome.later = [this, slow = std::move(wanted), maker = std::move(make)] {
    View newest(sources_.board.capacity());
    if (!sources_.board.read(newest)) return refuse_overtaken();
    const Found result = find(slow, newest);
    if (result.matches == nullptr) return refuse_overtaken();
    return with_note(maker(newest, *result.matches), result.note);
  };
  return outcome;
}

}  // namespace flatline
