#include "collector/api/layouts.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "collector/api/render_groups.h"

namespace flatline {
namespace {

std::vector<std::string> parts_of(std::string_view by) {
  std::vector<std::string> parts;
  if (by.empty()) return parts;
  for (;;) {
    const std::size_t comma = by.find(',');
    parts.emplace_back(by.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    by.remove_prefix(comma + 1);
  }
}

/// The indices of the keys that `by` names, or what is wrong with it.
std::variant<std::vector<std::size_t>, ApiResponse> keys_of(const std::string& by,
                                                            const GroupTable& table) {
  const std::vector<std::string> parts = parts_of(by);
  std::vector<std::size_t> keys;
  for (const std::string& part : parts) {
    const auto key = find_group_key(table, part);
    if (!key) return refuse_request(400, no_such_group_key(table, part));
    if (std::ranges::find(keys, *key) != keys.end() || keys.size() == kLayoutKeys) {
      return refuse_request(400, "by: must be a key or two different ones, as role,zone");
    }
    keys.push_back(*key);
  }
  return keys;
}

ApiResponse layout_response(const std::string& bytes) {
  return {.type = "application/octet-stream", .body = bytes};
}

}  // namespace

ApiOutcome Layouts::answer(const std::string& by, Instant now) {
  ApiOutcome outcome;
  if (const Bytes kept = find(by, now)) {
    outcome.now = layout_response(*kept);
    return outcome;
  }
  outcome.runs_on = RunsOn::kFilterPool;
  outcome.price = kFilterPrice - 1;
  outcome.later = [this, by, now] { return make(by, now); };
  return outcome;
}

bool Layouts::is_fresh(Instant now) const {
  return order_ != nullptr && now - order_->at <= kLayoutAge;
}

Layouts::Bytes Layouts::find(const std::string& by, Instant now) const {
  const std::lock_guard guard(mutex_);
  if (!is_fresh(now)) return nullptr;
  const auto found = std::ranges::find_if(
      places_, [&](const Place& place) { return place.bytes != nullptr && place.by == by; });
  return found == places_.end() ? nullptr : found->bytes;
}

void Layouts::keep(const std::string& by, Bytes bytes) {
  const std::lock_guard guard(mutex_);
  places_[next_] = {by, std::move(bytes)};
  next_ = (next_ + 1) % places_.size();
}

std::shared_ptr<const HostOrder> Layouts::order(Instant now) {
  {
    const std::lock_guard guard(mutex_);
    if (is_fresh(now)) return order_;
  }
  View view(sources_.board.capacity());
  if (!sources_.board.read(view)) return nullptr;
  auto made = order_hosts(view, sources_.host_table);
  if (!made) return nullptr;
  auto fresh = std::make_shared<const HostOrder>(*std::move(made));
  const std::lock_guard guard(mutex_);
  order_ = fresh;
  places_.fill({});
  return fresh;
}

ApiResponse Layouts::make(const std::string& by, Instant now) {
  // Another client may have asked for the same meanwhile.
  if (const Bytes kept = find(by, now)) return layout_response(*kept);
  ViewHead head;
  const auto table = std::make_unique<GroupTable>();
  if (!sources_.board.read_groups(head, *table)) return refuse_overtaken();
  if (head.tick == 0) return refuse_request(503, "there is no view yet; ask again");
  const auto keys = keys_of(by, *table);
  if (const auto* refused = std::get_if<ApiResponse>(&keys)) return *refused;
  const auto hosts = order(now);
  if (hosts == nullptr) return refuse_overtaken();
  auto bytes = std::make_shared<const std::string>(
      encode_layout(lay_out(*hosts, std::get<std::vector<std::size_t>>(keys))));
  keep(by, bytes);
  return layout_response(*bytes);
}

}  // namespace flatline
