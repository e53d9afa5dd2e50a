#include "schema/answers/slots_answer.h"

#include <doctest/doctest.h>

#include <array>
#include <cstring>

namespace flatline {
namespace {

SlotsAnswer some(std::uint32_t capacity) {
  SlotsAnswer answer;
  answer.header = {capacity,
                   flag_bit(Flag::kPanic),
                   58,
                   0x6b0c72b30000000e,
                   WallTime{Milliseconds{1'700'000'000'123}},
                   250,
                   1000};
  answer.words.resize((kPlanes + 1) * capacity / 64);
  for (std::size_t i = 0; i < answer.words.size(); ++i) answer.words[i] = i + 1;
  answer.causes.resize(capacity);
  answer.causes[capacity - 1] = 7;
  answer.names.resize(kCausePlaces);
  answer.names[7] = CheckName("disk");
  return answer;
}

}  // namespace

TEST_CASE("what a slots answer says is read back, and its size follows from the capacity alone") {
  for (const std::uint32_t capacity : {64U, 16'384U}) {
    const std::string bytes = encode_slots(some(capacity));
    CHECK(bytes.size() == 64 + 10 * capacity / 8 + capacity + 255 * 32);
    const auto read = decode_slots(bytes);
    REQUIRE(read);
    CHECK(read->header.capacity == capacity);
    CHECK(read->header.flags == flag_bit(Flag::kPanic));
    CHECK(read->header.tick == 58);
    CHECK(read->header.generation == 0x6b0c72b30000000e);
    CHECK(read->header.time == WallTime{Milliseconds{1'700'000'000'123}});
    CHECK(read->header.age_ms == 250);
    CHECK(read->header.tick_ms == 1000);
    CHECK(read->plane(Plane::kRegistered)[0] == 1);
    CHECK(read->plane(Plane::kAwaited)[0] == 8 * capacity / 64 + 1);
    CHECK(read->matches()[0] == 9 * capacity / 64 + 1);
    CHECK(read->causes[capacity - 1] == 7);
    CHECK(read->names[7].view() == "disk");
  }
}

TEST_CASE("what is no whole slots answer is refused") {
  const std::string whole = encode_slots(some(64));
  const auto with = [&](std::size_t at, char byte) {
    std::string changed = whole;
    changed[at] = byte;
    return changed;
  };
  const std::array<std::string, 8> wrong = {
      "",          whole.substr(0, 63), whole.substr(0, whole.size() - 1),
      whole + "x", with(0, 'X'),        with(4, 2),
      with(5, 8),  with(8, 65)};
  for (const std::string& bytes : wrong) CHECK_FALSE(decode_slots(bytes));
  CHECK_FALSE(decode_slots(with(9, 1)));
  std::string huge = whole;
  const std::uint32_t capacity = 2 * kMaxCapacity;
  std::memcpy(huge.data() + 8, &capacity, sizeof capacity);
  CHECK_FALSE(decode_slots(huge));
}

}  // namespace flatline
