#include "tools/sim/host_labels.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "tools/sim/random.h"

namespace flatline::sim {
namespace {

/// A stream of Random that nothing else uses, so that labels move no other draw.
constexpr std::uint64_t kLabelStream = 6;

}  // namespace

std::vector<std::uint32_t> seeded_places(std::uint32_t hosts, std::uint64_t seed,
                                         std::uint64_t stream, std::uint64_t substream) {
  // This is the shuffle of Fisher and Yates, from the end. After it, place p belongs to host
  // order[p].
  std::vector<std::uint32_t> order(hosts);
  std::iota(order.begin(), order.end(), 0);
  Random random(seed, stream, substream);
  for (std::uint32_t left = hosts; left > 1; --left) {
    std::swap(order[left - 1], order[random.below(left)]);
  }
  std::vector<std::uint32_t> places(hosts);
  for (std::uint32_t place = 0; place < hosts; ++place) places[order[place]] = place;
  return places;
}

HostLabels::HostLabels(std::vector<LabelRule> rules, std::uint32_t hosts, std::uint64_t seed)
    : rules_(std::move(rules)), hosts_(hosts) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].within != LabelRule::kNowhere) {
      deals_.push_back(deal_within(rules_[i], deals_[rules_[i].within]));
      continue;
    }
    deals_.push_back(deal_by_share(rules_[i]));
    deals_.back().order = orders_.size();
    orders_.push_back(seeded_places(hosts, seed, kLabelStream, i));
  }
}

std::size_t HostLabels::value_of(std::uint32_t host, std::size_t rule) const {
  const Deal& deal = deals_[rule];
  const std::uint32_t place = orders_[deal.order][host];
  return static_cast<std::size_t>(std::upper_bound(deal.ends.begin(), deal.ends.end(), place) -
                                  deal.ends.begin());
}

std::string HostLabels::text_of(std::uint32_t host) const {
  std::string text;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (i > 0) text += ',';
    text += rules_[i].key + '=' + rules_[i].values[value_of(host, i)].text;
  }
  return text;
}

HostLabels::Deal HostLabels::deal_by_share(const LabelRule& rule) const {
  Deal deal;
  double percent = 0;
  for (const LabelValue& value : rule.values) {
    percent += value.percent;
    deal.ends.push_back(static_cast<std::uint32_t>(
        std::min(std::round(percent * hosts_ / 100), static_cast<double>(hosts_))));
  }
  // Shares may miss 100 by rounding; the last value has what is left.
  deal.ends.back() = hosts_;
  return deal;
}

HostLabels::Deal HostLabels::deal_within(const LabelRule& rule, const Deal& outer) const {
  Deal deal{.order = outer.order, .ends = {}};
  const std::size_t outers = outer.ends.size();
  const std::size_t values = rule.values.size();
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < outers; ++i) {
    // The values go by the hosts that the outer value has, but each outer value has one at least.
    const std::uint64_t end = outer.ends[i];
    const auto wanted = static_cast<std::size_t>(
        std::llround(static_cast<double>(values) * static_cast<double>(end) / hosts_));
    const std::size_t last = std::clamp(wanted, deal.ends.size() + 1, values - (outers - 1 - i));
    const std::uint64_t count = last - deal.ends.size();
    for (std::uint64_t j = 1; j <= count; ++j) {
      deal.ends.push_back(static_cast<std::uint32_t>(begin + (end - begin) * j / count));
    }
    begin = end;
  }
  return deal;
}

}  // namespace flatline::sim
