#pragma once

// A host's value of a label. Pure.

#include <algorithm>
#include <string_view>

#include "collector/view/groups.h"

namespace flatline {

/// The value of the first label with this key; empty if there is none.
inline LabelText label_value(std::string_view labels, std::string_view key) {
  while (!labels.empty()) {
    const std::string_view label = labels.substr(0, labels.find(','));
    if (label.size() > key.size() && label.starts_with(key) && label[key.size()] == '=') {
      return LabelText{label.substr(key.size() + 1)};
    }
    labels.remove_prefix(std::min(label.size() + 1, labels.size()));
  }
  return {};
}

}  // namespace flatline
