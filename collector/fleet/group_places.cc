#include "collector/fleet/group_places.h"

#include <algorithm>

#include "collector/view/label_value.h"
#include "schema/invariant.h"

namespace flatline {

GroupPlaces::GroupPlaces(std::uint32_t capacity, std::span<const LabelText> keys,
                         std::uint64_t start_number)
    : key_count_(keys.size()), assignment_(start_number << 32) {
  INVARIANT(keys.size() <= kGroupKeys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys_[i].key = keys[i];
    keys_[i].bytes.resize(capacity, kNoGroup);
  }
}

// --- Hosts --------------------------------------------------------------------------------------

void GroupPlaces::enter(std::uint32_t slot, const Labels& labels) {
  for (Key& key : std::span(keys_).first(key_count_)) {
    const LabelText value = label_value(labels.view(), key.key.view());
    std::uint8_t& byte = key.bytes[slot];
    if (byte < kOtherPlace && key.places[byte].value == value) continue;
    release(key, byte);
    byte = take(key, value);
  }
}

void GroupPlaces::leave(std::uint32_t slot) {
  for (Key& key : std::span(keys_).first(key_count_)) {
    release(key, key.bytes[slot]);
    key.bytes[slot] = kNoGroup;
  }
}

bool GroupPlaces::is_under_other(std::uint32_t slot) const {
  return std::ranges::any_of(std::span(keys_).first(key_count_),
                             [slot](const Key& key) { return key.bytes[slot] == kOtherPlace; });
}

// --- Places -------------------------------------------------------------------------------------

/// The place of a value, or a free one, if it is empty; kOtherPlace if there is none.
std::uint8_t GroupPlaces::find(const Key& key, const LabelText& value) {
  const auto own = std::span(key.places).first(kGroupValues);
  return static_cast<std::uint8_t>(std::ranges::find(own, value, &Place::value) - own.begin());
}

/// Counts one host more with this value, and returns its place.
std::uint8_t GroupPlaces::take(Key& key, const LabelText& value) {
  if (value.empty()) return kNoGroup;
  std::uint8_t found = find(key, value);
  if (found == kOtherPlace) found = find(key, LabelText{});
  Place& place = key.places[found];
  if (found != kOtherPlace && place.value.empty()) {
    place.value = value;
    ++assignment_;
  }
  ++place.hosts;
  return found;
}

void GroupPlaces::release(Key& key, std::uint8_t place) {
  if (place == kNoGroup) return;
  INVARIANT(key.places[place].hosts > 0);
  --key.places[place].hosts;
  free_if_unused(key.places[place]);
}

void GroupPlaces::free_if_unused(Place& place) {
  if (place.hosts > 0 || place.kept || place.value.empty()) return;
  place.value = LabelText{};
  ++assignment_;
}

// --- Quorums ------------------------------------------------------------------------------------

void GroupPlaces::set_quorums(std::span<const QuorumRule> rules) {
  for (Key& key : keys_) {
    for (Place& place : key.places) {
      place.kept = false;
      place.quorum = GroupQuorum{};
    }
  }
  // Values that have a place keep it, before any other looks for one.
  const auto keep = [](Place& place, const QuorumRule& rule) {
    place.kept = true;
    place.quorum = rule.quorum;
  };
  for (const QuorumRule& rule : rules) {
    Key& key = key_of(rule.key);
    const std::uint8_t place = find(key, rule.value);
    if (place != kOtherPlace) keep(key.places[place], rule);
  }
  for (Key& key : keys_) {
    for (Place& place : key.places) free_if_unused(place);
  }
  for (const QuorumRule& rule : rules) {
    Key& key = key_of(rule.key);
    if (find(key, rule.value) != kOtherPlace) continue;
    std::uint8_t place = find(key, LabelText{});
    if (place == kOtherPlace) place = clear(key);
    key.places[place].value = rule.value;
    ++assignment_;
    keep(key.places[place], rule);
  }
}

/// Moves the hosts of a key's smallest group to `other`, and returns the place that they left.
std::uint8_t GroupPlaces::clear(Key& key) {
  const auto own = std::span(key.places).first(kGroupValues);
  const auto smallest = std::ranges::min_element(own, {}, [](const Place& place) {
    return place.kept ? std::uint64_t{1} << 32 : std::uint64_t{place.hosts};
  });
  INVARIANT(!smallest->kept);
  const auto place = static_cast<std::uint8_t>(smallest - own.begin());
  std::ranges::replace(key.bytes, place, static_cast<std::uint8_t>(kOtherPlace));
  key.places[kOtherPlace].hosts += smallest->hosts;
  *smallest = Place{};
  return place;
}

GroupPlaces::Key& GroupPlaces::key_of(const LabelText& key) {
  const auto found = std::ranges::find(keys_, key, &Key::key);
  INVARIANT(found != keys_.end());
  return *found;
}

void GroupPlaces::show(GroupTable& table) const {
  table.assignment = assignment_;
  for (std::size_t i = 0; i < kGroupKeys; ++i) {
    table.keys[i].key = keys_[i].key;
    for (std::size_t place = 0; place < kGroupPlaces; ++place) {
      table.keys[i].places[place].value = keys_[i].places[place].value;
      table.keys[i].places[place].quorum = keys_[i].places[place].quorum;
    }
  }
}

}  // namespace flatline
