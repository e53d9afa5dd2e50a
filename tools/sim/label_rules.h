#pragma once

// Which labels simulated hosts have, as a person writes it. Pure.
//
//     role=web:60%,db:40%; zone=eu-1a,eu-1b; rack=r[1-40] in zone
//
// Labels stand between semicolons. Each is a key and its values, of which every host gets one. A
// value may be a range, `r[1-40]` or `r[01-40]`, which stands for a value for each of its numbers.
// A share is the value's, or its range's together; values without one get equal shares of what is
// left. The values of a label `in` another are dealt out to that one's values, in their order: the
// hosts of a rack are all of one zone.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flatline::sim {

struct LabelValue {
  std::string text;
  double percent = 0;  ///< Of all hosts. Of a label that lies in another, it says nothing.
};

struct LabelRule {
  std::string key;
  std::vector<LabelValue> values;
  std::size_t within = kNowhere;  ///< Which rule, earlier in the list, this one lies in.

  static constexpr std::size_t kNowhere = ~std::size_t{0};
};

/// Reads --labels. An empty text means no labels. Throws UsageError that names the label, the
/// column and what is allowed.
std::vector<LabelRule> parse_labels(std::string_view text);

/// The values that `r[1-3]` stands for; the text itself if it has no range; none if the range is
/// malformed, or has more values than a label can have.
std::vector<std::string> unfold_value(std::string_view text);

}  // namespace flatline::sim
