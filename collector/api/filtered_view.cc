#include "collector/api/filtered_view.h"

#include <memory>
#include <utility>

#include "collector/view/filter_evaluation.h"
#include "collector/view/filter_parser.h"

namespace flatline {

ApiOutcome FilteredView::answer(const std::string& filter, Answer make) {
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
  if (wanted.reads_planes_only()) {
    outcome.now = make(view, evaluate_planes(wanted, view));
    return outcome;
  }
  if (const auto kept = results_.find(wanted.normal_form, view.head.tick)) {
    outcome.now = make(view, *kept);
    return outcome;
  }
  outcome.runs_on = RunsOn::kFilterPool;
  outcome.price = kFilterPrice - 1;
  outcome.later = [this, slow = std::move(wanted), maker = std::move(make)] {
    View newest(sources_.board.capacity());
    if (!sources_.board.read(newest)) return refuse_overtaken();
    // Another client may have asked for the same meanwhile.
    auto result = results_.find(slow.normal_form, newest.head.tick);
    if (result == nullptr) {
      PresentHosts hosts(sources_.host_table, newest.head);
      result = std::make_shared<const PlaneWords>(evaluate(slow, newest, hosts));
      if (hosts.was_overtaken()) return refuse_overtaken();
      results_.keep(slow.normal_form, newest.head.tick, result);
    }
    return maker(newest, *result);
  };
  return outcome;
}

}  // namespace flatline
