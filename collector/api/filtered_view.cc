#include "collector/api/filtered_view.h"

#include <utility>

#include "collector/api/view_responses.h"
#include "collector/view/filter_evaluation.h"
#include "collector/view/filter_parser.h"

namespace flatline {

FilteredView::Matches FilteredView::find_at_once(const Filter& filter, const View& view) {
  if (!filter.reads_planes_only()) return results_.find(filter.normal_form, view.head.tick);
  return std::make_shared<const PlaneWords>(evaluate_planes(filter, view));
}

FilteredView::Matches FilteredView::find(const Filter& filter, const View& view) {
  // Another client may have asked for the same meanwhile.
  if (Matches found = find_at_once(filter, view)) return found;
  PresentHosts hosts(sources_.host_table, view.head);
  auto result = std::make_shared<const PlaneWords>(evaluate(filter, view, hosts));
  if (hosts.was_overtaken()) return nullptr;
  results_.keep(filter.normal_form, view.head.tick, result);
  return result;
}

ApiOutcome FilteredView::answer(const std::string& filter, Answer make,
                                std::uint32_t most_at_once) {
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
  const Matches found = find_at_once(wanted, view);
  if (found != nullptr && count_of(*found) <= most_at_once) {
    outcome.now = make(view, *found);
    return outcome;
  }
  outcome.runs_on = RunsOn::kFilterPool;
  outcome.price = kFilterPrice - 1;
  outcome.later = [this, slow = std::move(wanted), maker = std::move(make)] {
    View newest(sources_.board.capacity());
    if (!sources_.board.read(newest)) return refuse_overtaken();
    const Matches result = find(slow, newest);
    return result == nullptr ? refuse_overtaken() : maker(newest, *result);
  };
  return outcome;
}

}  // namespace flatline
