#include "schema/answers/sized_json.h"

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

std::string to_sized_json(SummaryAnswer answer) {
  std::string json = to_json(answer);
  while (json.size() >= kSummaryBytes && leave_out_one(answer)) json = to_json(answer);
  return pad_json(std::move(json), kSummaryBytes);
}

}  // namespace flatline
