#include "collector/view/label_keys.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "schema/limits.h"

namespace flatline {
namespace {

/// Adds the keys of one host's labels that are not among `keys` yet.
void add_keys(std::string_view labels, std::vector<std::string>& keys) {
  while (!labels.empty()) {
    const std::string_view label = labels.substr(0, labels.find(','));
    const std::string_view key = label.substr(0, label.find('='));
    labels.remove_prefix(std::min(label.size() + 1, labels.size()));
    const bool is_known = std::ranges::find(keys, key) != keys.end();
    if (!is_known && keys.size() < kHintKeys) keys.emplace_back(key);
  }
}

}  // namespace

std::vector<std::string> label_keys(const View& view, FilterSource& source) {
  const PlaneWords& registered = view.plane(Plane::kRegistered);
  std::vector<std::string> keys;
  KnownTexts texts;
  for (std::size_t word = 0; word < registered.size(); ++word) {
    for (std::uint64_t left = registered[word]; left != 0; left &= left - 1) {
      const auto slot = static_cast<std::uint32_t>(64 * word) +
                        static_cast<std::uint32_t>(std::countr_zero(left));
      if (source.read(slot, TextParts::kLabels, texts)) add_keys(texts.labels.view(), keys);
    }
  }
  return keys;
}

}  // namespace flatline
