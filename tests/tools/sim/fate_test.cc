#include "tools/sim/fate.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>

namespace flatline::sim {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a good network loses, doubles and holds back nothing") {
  for (std::uint64_t sequence = 0; sequence < 1000; ++sequence) {
    const Fate fate = fate_of({}, {1, 0, sequence});
    CHECK(fate.copies == 1);
    CHECK(fate.held[0] == 0ns);
  }
}

TEST_CASE("the worst network does as it is told, always") {
  for (std::uint64_t sequence = 0; sequence < 1000; ++sequence) {
    CHECK(
        fate_of({.loss = 1, .duplicate = 1, .reorder = 1, .delay = 1s}, {1, 0, sequence}).copies ==
        0);
    const Fate fate = fate_of({.duplicate = 1, .reorder = 1, .delay = 1s}, {1, 0, sequence});
    CHECK(fate.copies == 2);
    for (const Duration held : fate.held) {
      CHECK(held > 0ns);
      CHECK(held <= 1s);
    }
  }
}

TEST_CASE("shares come out as asked for") {
  struct Row {
    double loss;
    double duplicate;
    double reorder;
  };
  constexpr std::array<Row, 4> kRows{
      {{0.01, 0.01, 0.01}, {0.3, 0, 0}, {0, 0.5, 0.1}, {0.1, 0.2, 0.3}}};
  constexpr int kDatagrams = 100'000;
  for (const Row& row : kRows) {
    int lost = 0;
    int doubled = 0;
    int held = 0;
    int copies = 0;
    for (int i = 0; i < kDatagrams; ++i) {
      const DatagramId id{static_cast<std::uint32_t>(i % 1000), 0, static_cast<std::uint64_t>(i)};
      const Fate fate = fate_of({row.loss, row.duplicate, row.reorder, 2s, 42}, id);
      lost += fate.copies == 0 ? 1 : 0;
      doubled += fate.copies == 2 ? 1 : 0;
      copies += static_cast<int>(fate.copies);
      for (unsigned copy = 0; copy < fate.copies; ++copy) held += fate.held[copy] > 0ns ? 1 : 0;
    }
    CHECK(static_cast<double>(lost) / kDatagrams == doctest::Approx(row.loss).epsilon(0.003));
    CHECK(static_cast<double>(doubled) / (kDatagrams - lost) ==
          doctest::Approx(row.duplicate).epsilon(0.003));
    CHECK(static_cast<double>(held) / copies == doctest::Approx(row.reorder).epsilon(0.003));
  }
}

TEST_CASE("a fate hangs on the seed and on each of the datagram's numbers") {
  const FateOptions options{.loss = 0.5, .seed = 3};
  struct Row {
    FateOptions options;
    DatagramId datagram;
  };
  const auto differs = [&](auto change) {
    int different = 0;
    for (std::uint64_t sequence = 0; sequence < 1000; ++sequence) {
      Row row{options, {5, 0, sequence}};
      const Fate before = fate_of(row.options, row.datagram);
      CHECK(fate_of(row.options, row.datagram).copies == before.copies);
      change(row);
      different += fate_of(row.options, row.datagram).copies != before.copies ? 1 : 0;
    }
    return different > 400 && different < 600;
  };
  CHECK(differs([](Row& row) { row.options.seed = 4; }));
  CHECK(differs([](Row& row) { row.datagram.sender = 6; }));
  CHECK(differs([](Row& row) { row.datagram.collector = 1; }));
  CHECK(differs([](Row& row) { row.datagram.sequence += 1; }));
}

}  // namespace
}  // namespace flatline::sim
