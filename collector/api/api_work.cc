#include "collector/api/api_work.h"

#include <fmt/core.h>

#include <algorithm>

namespace flatline {
namespace {

/// `GET /api/v1/hosts/NAME`.
std::string name_of(const Route& route) {
  std::string path(route.path);
  if (const std::size_t star = path.find('*'); star != std::string::npos) {
    path.replace(star, 1, "NAME");
  }
  return fmt::format("{} {}", route.method, path);
}

}  // namespace

ApiWork::ApiWork() : answers_(std::make_unique<std::array<Answers, kApiRoutes + 1>>()) {
  serve({});
}

void ApiWork::serve(std::span<const Route> routes) {
  places_.clear();
  names_.clear();
  changes_.clear();
  for (const Route& route : routes) {
    const std::string name = name_of(route);
    const auto place = std::ranges::find(names_, name) - names_.begin();
    places_.push_back(static_cast<std::size_t>(place));
    if (places_.back() < names_.size() || names_.size() == kApiRoutes) continue;
    names_.push_back(name);
    changes_.push_back(route.access == Access::kOperators);
  }
  names_.emplace_back("other");
  changes_.push_back(false);
}

void ApiWork::answered(std::size_t route, unsigned status) {
  const auto found = std::ranges::find(kApiStatuses, status);
  if (found == kApiStatuses.end()) return;
  const std::size_t other = names_.size() - 1;
  Answers& answers = (*answers_)[route < places_.size() ? places_[route] : other];
  answers[static_cast<std::size_t>(found - kApiStatuses.begin())].fetch_add(
      1, std::memory_order_relaxed);
}

std::uint64_t ApiWork::answers(std::size_t route, std::size_t status) const {
  return (*answers_)[route][status].load(std::memory_order_relaxed);
}

std::uint64_t ApiWork::answers_with(unsigned status) const {
  const auto found = std::ranges::find(kApiStatuses, status);
  std::uint64_t sum = 0;
  for (std::size_t route = 0; found != kApiStatuses.end() && route < names_.size(); ++route) {
    sum += answers(route, static_cast<std::size_t>(found - kApiStatuses.begin()));
  }
  return sum;
}

std::uint64_t ApiWork::changes_done() const {
  std::uint64_t sum = 0;
  static_assert(kApiStatuses[0] == 200);
  for (std::size_t route = 0; route < names_.size(); ++route) {
    if (changes_[route]) sum += answers(route, 0);
  }
  return sum;
}

std::uint64_t ApiWork::changes_refused() const {
  std::uint64_t sum = 0;
  for (std::size_t route = 0; route < names_.size(); ++route) {
    for (std::size_t status = 1; changes_[route] && status < kApiStatuses.size(); ++status) {
      sum += answers(route, status);
    }
  }
  return sum;
}

}  // namespace flatline
