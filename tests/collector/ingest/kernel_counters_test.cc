#include "collector/ingest/kernel_counters.h"

#include <doctest/doctest.h>

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

TEST_CASE("losses are what found no room, in a buffer or in UDP's memory, of both IP versions") {
  const UdpLosses both = udp_losses_in(kSnmp, kSnmp6);
  CHECK(both.by_buffers == 8784481 + 300);
  CHECK(both.by_memory == 20 + 4000);
  CHECK(udp_losses_in(kSnmp, "").by_buffers == 8784481);
  CHECK(udp_losses_in(kSnmp, "").by_memory == 20);
  CHECK(udp_losses_in("", kSnmp6).by_buffers == 300);
  CHECK(udp_losses_in("", kSnmp6).by_memory == 4000);
  CHECK(udp_losses_in("", "").by_buffers == 0);
  // An older kernel has no MemErrors, and a file may end anywhere.
  const std::string old = "Ip: a\nUdp: InDatagrams RcvbufErrors\nUdp: 5 6\n";
  CHECK(udp_losses_in(old, "").by_buffers == 6);
  CHECK(udp_losses_in(old, "").by_memory == 0);
  for (std::size_t size = 0; size <= kSnmp.size(); ++size) {
    const UdpLosses cut = udp_losses_in(kSnmp.substr(0, size), kSnmp6.substr(0, size / 4));
    CHECK(cut.by_buffers <= both.by_buffers);
  }
}

TEST_CASE("drops are lost as far as losses were counted, and filtered beyond that") {
  struct Row {
    std::uint32_t drops;
    UdpLosses losses;
    bool was_filled;
    std::uint64_t lost;  // All until now, as the next.
    std::uint64_t filtered;
  };
  const std::vector<Row> rows = {
      {7, {90, 10}, true, 0, 0},      // What was counted before is not ours.
      {7, {90, 10}, true, 0, 0},      // Nothing happened.
      {10, {90, 10}, true, 0, 3},     // Three were refused,
      {15, {95, 10}, true, 5, 3},     // five lost,
      {25, {99, 10}, true, 9, 9},     // and four lost of ten.
      {25, {101, 10}, true, 9, 9},    // Two more were lost after the drops were read:
      {28, {101, 10}, true, 11, 10},  // they show there now, beside one that was refused.
      {28, {141, 10}, true, 11, 10},  // Other sockets lost forty,
      {28, {141, 10}, true, 11, 10},
      {68, {141, 10}, true, 11, 50},   // which was too long ago to be these.
      {78, {148, 10}, false, 11, 60},  // Ours was not full, so others' were.
      {80, {148, 10}, true, 11, 62},
      {83, {148, 12}, false, 13, 63},  // UDP may have no memory where no buffer is full.
      {85, {140, 2}, true, 13, 65},    // The losses went back: a wonder.
      {90, {143, 4}, true, 18, 65},
  };
  DropCounts counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    counts.read(rows[i].drops, rows[i].losses, rows[i].was_filled);
    CHECK(counts.lost() == rows[i].lost);
    CHECK(counts.filtered() == rows[i].filtered);
  }
}

TEST_CASE("the kernel's drops wrap around at 32 bits") {
  DropCounts counts;
  counts.read(0xFFFF'FFF0, {}, true);
  counts.read(0x10, {12, 0}, true);
  CHECK(counts.lost() == 12);
  CHECK(counts.filtered() == 20);
}

}  // namespace
}  // namespace flatline
