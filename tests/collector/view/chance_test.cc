// The bounds on chance, against numbers that were counted out.

#include "collector/view/chance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace flatline {
namespace {

double choose(unsigned n, unsigned k) {
  double product = 1;
  for (unsigned i = 0; i < k; ++i) product = product * (n - i) / (i + 1);
  return product;
}

double drawing(unsigned hits, unsigned drawn, unsigned marked, unsigned all) {
  double sum = 0;
  for (unsigned i = hits; i <= std::min(drawn, marked); ++i) {
    if (drawn - i > all - marked) continue;
    sum += choose(marked, i) * choose(all - marked, drawn - i) / choose(all, drawn);
  }
  return sum;
}

double hitting(unsigned hits, unsigned tries, double probability) {
  double sum = 0;
  for (unsigned i = hits; i <= tries; ++i) {
    sum += choose(tries, i) * std::pow(probability, i) * std::pow(1 - probability, tries - i);
  }
  return sum;
}

TEST_CASE("drawing by lot: never below the true chance, and close where it is small") {
  CHECK(std::exp(log_chance_of_drawing(3, 3, 5, 10)) == doctest::Approx(10.0 / 120));
  CHECK(std::exp(log_chance_of_drawing(5, 5, 5, 10)) == doctest::Approx(1.0 / 252));
  CHECK(log_chance_of_drawing(10, 10, 10, 20) == doctest::Approx(-std::log(184'756)));
  for (const unsigned all : {8U, 20U, 50U, 200U}) {
    for (unsigned marked = 1; marked < all; marked += all / 8) {
      for (unsigned drawn = 1; drawn < all; drawn += all / 8) {
        for (unsigned hits = 0; hits <= std::min(marked, drawn); ++hits) {
          CAPTURE(all);
          CAPTURE(marked);
          CAPTURE(drawn);
          CAPTURE(hits);
          const double truth = drawing(hits, drawn, marked, all);
          const double bound = std::exp(log_chance_of_drawing(hits, drawn, marked, all));
          CHECK(bound >= truth * (1 - 1e-6));
          if (truth < 1e-3) CHECK(bound <= truth * 2);
        }
      }
    }
  }
}

TEST_CASE("drawing by lot: what cannot happen, and what is expected") {
  CHECK(log_chance_of_drawing(0, 10, 10, 100) == 0);
  CHECK(log_chance_of_drawing(1, 10, 10, 100) == 0);
  CHECK(log_chance_of_drawing(11, 10, 50, 100) == -HUGE_VAL);
  CHECK(log_chance_of_drawing(11, 50, 10, 100) == -HUGE_VAL);
  CHECK(log_chance_of_drawing(100, 100, 100, 100) == 0);
  // 212 of 214 where one expects six.
  CHECK(log_chance_of_drawing(212, 214, 300, 10'000) < -600);
  CHECK(log_chance_of_drawing(500'000, 500'000, 524'288, 1'048'576) < -300'000);
}

TEST_CASE("succeeding by chance: never below the true chance, and close where it is small") {
  for (const unsigned tries : {1U, 3U, 10U, 60U}) {
    for (const double probability : {0.001, 0.1, 0.25, 0.5, 0.9}) {
      for (unsigned hits = 0; hits <= tries; ++hits) {
        CAPTURE(tries);
        CAPTURE(probability);
        CAPTURE(hits);
        const double truth = hitting(hits, tries, probability);
        const double bound = std::exp(log_chance_of_hits(hits, tries, probability));
        CHECK(bound >= truth * (1 - 1e-6));
        if (truth < 1e-3) CHECK(bound <= truth * 3);
      }
    }
  }
  CHECK(log_chance_of_hits(5, 10, 1) == 0);
  CHECK(log_chance_of_hits(1, 10, 0) == -HUGE_VAL);
  CHECK(log_chance_of_hits(11, 10, 0.5) == -HUGE_VAL);
}

}  // namespace
}  // namespace flatline
