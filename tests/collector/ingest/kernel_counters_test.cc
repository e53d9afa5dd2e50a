#include "collector/ingest/kernel_counters.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace flatline {
namespace {

const std::string kSnmp =
    "Ip: Forwarding DefaultTTL\n"
    "Ip: 1 64\n"
    "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors "
    "IgnoredMulti MemErrors\n"
    "Udp: 41658730 9680 9005430 50680284 8784481 7 11 0 20\n"
    "UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors "
    "IgnoredMulti MemErrors\n"
    "UdpLite: 1 2 3 4 5 6 7 8 9\n";
const std::string kSnmp6 =
    "Ip6InReceives                   \t120\n"
    "Udp6InDatagrams                 \t60\n"
    "Udp6RcvbufErrors                \t300\n"
    "Udp6SndbufErrors                \t4\n"
    "Udp6InCsumErrors                \t5\n"
    "Udp6MemErrors                   \t4000\n"
    "UdpLite6RcvbufErrors            \t50000\n";

TEST_CASE(
    "lost is what found no room, in a buffer or in all of UDP's memory, of both IP versions") {
  CHECK(losses_in(kSnmp, kSnmp6) == 8784481 + 20 + 300 + 4000);
  CHECK(losses_in(kSnmp, "") == 8784481 + 20);
  CHECK(losses_in("", kSnmp6) == 300 + 4000);
  CHECK(losses_in("", "") == 0);
  // An older kernel has no MemErrors, and a file may end anywhere.
  CHECK(losses_in("Ip: a\nUdp: InDatagrams RcvbufErrors\nUdp: 5 6\n", "") == 6);
  for (std::size_t size = 0; size <= kSnmp.size(); ++size) {
    (void)losses_in(kSnmp.substr(0, size), kSnmp6.substr(0, std::min(size, kSnmp6.size())));
  }
}

TEST_CASE("drops are lost as far as losses were counted, and filtered beyond that") {
  struct Row {
    std::uint32_t drops;
    std::uint64_t losses;
    std::uint64_t lost;  // All until now, as the next.
    std::uint64_t filtered;
  };
  const std::vector<Row> rows = {
      {7, 100, 0, 0},                        // What was counted before is not ours.
      {7, 100, 0, 0},                        // Nothing happened.
      {10, 100, 0, 3},                       // Three were refused,
      {15, 105, 5, 3},                       // five lost,
      {25, 109, 9, 9},                       // and four lost of ten.
      {25, 111, 9, 9},                       // Two more were lost after the drops were read:
      {28, 111, 11, 10},                     // they show there now, beside one that was refused.
      {28, 151, 11, 10},                     // Other sockets lost forty,
      {28, 151, 11, 10}, {68, 151, 11, 50},  // which was too long ago to be these.
      {70, 140, 11, 52},  // The losses went back: another network namespace, or a wonder.
      {80, 145, 16, 57},
  };
  DropCounts counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    counts.read(rows[i].drops, rows[i].losses);
    CHECK(counts.lost() == rows[i].lost);
    CHECK(counts.filtered() == rows[i].filtered);
  }
}

TEST_CASE("the kernel's drops wrap around at 32 bits") {
  DropCounts counts;
  counts.read(0xFFFF'FFF0, 0);
  counts.read(0x10, 12);
  CHECK(counts.lost() == 12);
  CHECK(counts.filtered() == 20);
}

}  // namespace
}  // namespace flatline
