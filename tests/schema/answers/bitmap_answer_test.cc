#include "schema/answers/bitmap_answer.h"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "schema/limits.h"

namespace flatline {
namespace {

BitmapHeader sample_bitmap_header(std::uint8_t first_plane, std::uint8_t planes) {
  BitmapHeader header;
  header.capacity = 128;
  header.flags = flag_bit(Flag::kBlind) | flag_bit(Flag::kPanic);
  header.first_plane = first_plane;
  header.planes = planes;
  header.tick = 0x0102030405060708;
  header.generation = 0x1112131415161718;
  header.time = WallTime{Milliseconds{0x0000212223242526}};
  return header;
}

std::string answer_of(const BitmapHeader& header) {
  std::string bytes = encode_bitmap_header(header);
  for (std::size_t i = 0; i < std::size_t{header.planes} * header.capacity / 8; ++i) {
    bytes += static_cast<char>(i);
  }
  return bytes;
}

TEST_CASE("the header lies where the contract says") {
  constexpr unsigned char kExpected[kBitmapHeaderBytes] = {
      'F',  'L',  'B',  'M',  1,    3,    1,    0,    128,  0,    0,    0,    0x06,
      0,    0,    0,    0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 0x18, 0x17,
      0x16, 0x15, 0x14, 0x13, 0x12, 0x11, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21};
  const std::string bytes = encode_bitmap_header(sample_bitmap_header(3, 1));
  REQUIRE(bytes.size() == sizeof kExpected);
  CHECK(std::memcmp(bytes.data(), kExpected, sizeof kExpected) == 0);
}

TEST_CASE("an answer is read back") {
  struct Row {
    std::uint8_t first_plane;
    std::uint8_t planes;
  };
  for (const Row row : std::vector<Row>{{0, 1}, {3, 1}, {8, 1}, {0, 9}}) {
    const BitmapHeader header = sample_bitmap_header(row.first_plane, row.planes);
    const auto answer = decode_bitmap(answer_of(header));
    REQUIRE(answer);
    CHECK(answer->header.capacity == header.capacity);
    CHECK(answer->header.flags == header.flags);
    CHECK(answer->header.first_plane == header.first_plane);
    CHECK(answer->header.planes == header.planes);
    CHECK(answer->header.tick == header.tick);
    CHECK(answer->header.generation == header.generation);
    CHECK(answer->header.time == header.time);
    CHECK(answer->words.size() == std::size_t{row.planes} * 2);
    for (unsigned i = 0; i < row.planes; ++i) {
      const auto plane = answer->plane(static_cast<Plane>(row.first_plane + i));
      REQUIRE(plane.size() == 2);
      CHECK(plane[0] == 0x0706050403020100 + i * 0x1010101010101010);
      CHECK(plane[1] == 0x0F0E0D0C0B0A0908 + i * 0x1010101010101010);
    }
  }
}

TEST_CASE("anything else is no answer") {
  const std::string good = answer_of(sample_bitmap_header(3, 1));
  REQUIRE(decode_bitmap(good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode_bitmap(good.substr(0, size)));
  }
  CHECK_FALSE(decode_bitmap(good + '\0'));

  struct Row {
    const char* what;
    std::size_t at;
    unsigned char value;
  };
  for (const Row& row : std::vector<Row>{{"magic", 0, 'f'},
                                         {"version", 4, 2},
                                         {"a plane that is none", 5, 9},
                                         {"no plane", 6, 0},
                                         {"two planes", 6, 2},
                                         {"nine planes of the size of one", 6, 9},
                                         {"a capacity of no whole words", 8, 129},
                                         {"another capacity", 8, 64},
                                         {"a capacity beyond the largest", 11, 1}}) {
    CAPTURE(row.what);
    std::string bytes = good;
    bytes[row.at] = static_cast<char>(row.value);
    CHECK_FALSE(decode_bitmap(bytes));
  }
}

}  // namespace
}  // namespace flatline
