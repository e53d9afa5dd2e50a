#include "collector/view/chance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace flatline {
namespace {

/// ln n!, by Stirling's series where it is exact to ten digits. The library's own lgamma() writes a
/// variable that all threads share.
double log_factorial(std::uint32_t n) {
  if (n < 16) {
    double product = 1;
    for (std::uint32_t i = 2; i <= n; ++i) product *= i;
    return std::log(product);
  }
  const double x = n;
  return x * std::log(x) - x + std::log(2 * std::numbers::pi * x) / 2 + 1 / (12 * x) -
         1 / (360 * x * x * x);
}

double log_choose(std::uint32_t n, std::uint32_t k) {
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/// A tail whose first term is exp(log_first) and whose terms fall at least by `ratio` each.
double log_tail(double log_first, double ratio) {
  return std::min(0.0, log_first - std::log1p(-ratio));
}

}  // namespace

double log_chance_of_drawing(std::uint32_t hits, std::uint32_t drawn, std::uint32_t marked,
                             std::uint32_t all) {
  const double expected = 1.0 * drawn * marked / all;
  if (hits <= expected || hits == 0) return 0;
  if (hits > drawn || hits > marked) return -HUGE_VAL;
  const std::uint32_t others = all - marked;
  const double log_first =
      log_choose(marked, hits) + log_choose(others, drawn - hits) - log_choose(all, drawn);
  // Above the expected number, each term's ratio to the one before is below 1 and falls.
  const double ratio =
      1.0 * (marked - hits) / (hits + 1.0) * (drawn - hits) / (1.0 * others - (drawn - hits) + 1);
  return log_tail(log_first, ratio);
}

double log_chance_of_hits(std::uint32_t hits, std::uint32_t tries, double probability) {
  if (hits == 0 || probability >= 1 || hits <= tries * probability) return 0;
  if (probability <= 0 || hits > tries) return -HUGE_VAL;
  const double log_first = log_choose(tries, hits) + hits * std::log(probability) +
                           (tries - hits) * std::log1p(-probability);
  const double ratio = 1.0 * (tries - hits) / (hits + 1.0) * probability / (1 - probability);
  return log_tail(log_first, ratio);
}

}  // namespace flatline
