#include "schema/answers/sized_json.h"

#include <algorithm>
#include <functional>
#include <ranges>
#include <utility>

#include "schema/answer_limits.h"
#include "schema/answers/view_json.h"

namespace flatline {
namespace {

/// Returns false if there is nothing to leave out.
bool leave_out_one(SummaryAnswer& answer) {
  const auto shorten = [](auto& list) {
    if (list.empty()) return false;
    list.pop_back();
    return true;
  };
  return shorten(answer.notices) || shorten(answer.causes) || shorten(answer.groups.panic_names) ||
         shorten(answer.groups.below_names);
}

}  // namespace

std::string pad_json(std::string json, std::size_t unit) {
  json.resize((json.size() / unit + 1) * unit, ' ');
  json.back() = '\n';
  return json;
}

std::string to_sized_json(const SummaryAnswer& answer) {
  const auto without = [&](std::size_t last) {
    SummaryAnswer shortened = answer;
    while (last > 0 && leave_out_one(shortened)) --last;
    return to_json(shortened);
  };
  const auto fits = [&](std::size_t last) { return without(last).size() < kSummaryBytes; };
  const std::size_t all = answer.notices.size() + answer.causes.size() +
                          answer.groups.panic_names.size() + answer.groups.below_names.size();
  // Each guess encodes all of the answer, so that they are halved instead of counted up.
  const auto counts = std::views::iota(std::size_t{0}, all);
  const auto fewest = std::ranges::partition_point(counts, std::not_fn(fits)) - counts.begin();
  return pad_json(without(static_cast<std::size_t>(fewest)), kSummaryBytes);
}

}  // namespace flatline
