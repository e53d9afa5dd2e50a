// How often a proof is led: what other programs disturbed proves nothing.

#include "bench/proofs/driver.h"

#include <doctest/doctest.h>

#include <vector>

#include "bench/proofs/held_up.h"
#include "schema/program/error.h"

namespace flatline::bench {
namespace {

/// What one try comes to, and what disturbed it.
struct Try {
  enum class End { kHolds, kBroken, kFails } end;
  bool was_held_up;
};

struct Led {
  int exit_code;
  std::size_t tries;
};

/// Leads a proof that comes to these ends, one after another.
Led lead(const std::vector<Try>& ends, std::uint32_t tries) {
  std::size_t led = 0;
  Proof proof;
  proof.name = "proof";
  proof.prove = [&](Report& report) {
    const Try& now = ends.at(led++);
    if (now.end == Try::End::kFails) throw Failure("it came to no end");
    report.say(now.end == Try::End::kHolds, "a bound");
  };
  const int exit_code = prove_in_tries(
      proof, tries, "", [&] { return [&] { return ends.at(led - 1).was_held_up; }; });
  return {exit_code, led};
}

TEST_CASE("a proof that was held up when it broke is led again, and no other") {
  using enum Try::End;
  struct Row {
    std::vector<Try> ends;
    std::uint32_t tries;
    int exit_code;
    std::size_t led;
  };
  const Row rows[] = {{{{kHolds, true}}, 3, 0, 1},
                      {{{kBroken, false}}, 3, 1, 1},
                      {{{kBroken, true}}, 1, 1, 1},
                      {{{kBroken, true}, {kHolds, true}}, 3, 0, 2},
                      {{{kFails, true}, {kHolds, false}}, 3, 0, 2},
                      {{{kBroken, true}, {kBroken, false}}, 3, 1, 2},
                      {{{kBroken, true}, {kFails, true}, {kBroken, true}}, 3, 1, 3}};
  for (const Row& row : rows) {
    const Led led = lead(row.ends, row.tries);
    CHECK(led.exit_code == row.exit_code);
    CHECK(led.tries == row.led);
  }
  CHECK_THROWS_AS(lead({{kFails, false}}, 3), Failure);
  CHECK_THROWS_AS(lead({{kFails, true}}, 1), Failure);
}

TEST_CASE("what keeps a thread from running is seen, and worst of it is kept") {
  HeldUp held_up;
  // A thread always comes a little late.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (held_up.worst() == Duration{0} && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  const Duration first = held_up.worst();
  CHECK(first > Duration{0});
  CHECK(held_up.worst() >= first);
}

}  // namespace
}  // namespace flatline::bench
