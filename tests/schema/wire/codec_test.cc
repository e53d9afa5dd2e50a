#include "schema/wire/codec.h"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <limits>
#include <string_view>
#include <vector>

#include "schema/wire/names.h"
#include "tests/harness/samples.h"

namespace flatline {
namespace {

// Byte offsets of CONTRACT.md's table. They are written down here a second time, so that the codec
// and this test are not wrong together.
constexpr std::size_t kSentAt = 8;
constexpr std::size_t kUptime = 16;
constexpr std::size_t kReserved1 = 32;
constexpr std::size_t kReserved2 = 40;
constexpr std::size_t kInterval = 48;
constexpr std::size_t kPageAge = 56;
constexpr std::size_t kPageIndex = 60;
constexpr std::size_t kPageState = 61;
constexpr std::size_t kFlags = 62;
constexpr std::size_t kPageName = 112;
constexpr std::size_t kPageMessage = 144;
constexpr std::size_t kName = 224;
constexpr std::size_t kLabelsAt = 288;
constexpr std::size_t kStates = 352;
constexpr std::size_t kValues = 384;
constexpr std::size_t kPointerWords[] = {0, 64, 72, 80, 88, 96, 104};

template <typename T>
void put(SnapshotBytes& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

/// Overwrites a padded field of `size` bytes with `text` and zeros.
void put_text(SnapshotBytes& bytes, std::size_t at, std::size_t size, std::string_view text) {
  REQUIRE(text.size() <= size);
  std::memset(bytes.data() + at, 0, size);
  std::memcpy(bytes.data() + at, text.data(), text.size());
}

bool decodes(const SnapshotBytes& bytes) {
  Snapshot snapshot;
  return decode_snapshot(bytes, snapshot);
}

struct Row {
  const char* what;
  bool good;
  std::function<void(SnapshotBytes&)> change;
};

void hold(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    SnapshotBytes bytes = encoded(sample_snapshot());
    row.change(bytes);
    CHECK(decodes(bytes) == row.good);
  }
}

template <typename T>
Row number(const char* what, bool good, std::size_t at, T value) {
  return {what, good, [=](SnapshotBytes& bytes) { put(bytes, at, value); }};
}

Row text(const char* what, bool good, std::size_t at, std::size_t size, std::string_view value) {
  return {what, good, [=, copy = std::string(value)](SnapshotBytes& bytes) {
            put_text(bytes, at, size, copy);
          }};
}

TEST_CASE("what was encoded decodes to the same snapshot") {
  for (const Snapshot& snapshot : {sample_snapshot(), smallest_snapshot()}) {
    Snapshot back;
    REQUIRE(decode_snapshot(encoded(snapshot), back));
    CHECK(same_snapshot(snapshot, back));
  }
}

TEST_CASE("a bit flipped anywhere is refused or gives another snapshot that is whole") {
  for (const Snapshot& snapshot : {sample_snapshot(), smallest_snapshot()}) {
    const SnapshotBytes good = encoded(snapshot);
    const KnownTexts known{snapshot.name, snapshot.labels};
    unsigned refused = 0;
    for (std::size_t bit = 0; bit < 8 * kSnapshotBytes; ++bit) {
      SnapshotBytes bytes = good;
      bytes[bit / 8] ^= std::byte{1} << (bit % 8);
      CAPTURE(bit);
      Snapshot decoded;
      const bool whole = decode_snapshot(bytes, decoded);
      Snapshot after_others;
      CHECK(decode_snapshot(bytes, after_others, &known) == whole);
      if (!whole) {
        ++refused;
        continue;
      }
      CHECK(same_snapshot(decoded, after_others));
      // Encoding aborts on what the contract forbids, so this checks the whole contract.
      CHECK(encoded(decoded) == bytes);
    }
    // At least every change of the pointers and the reserved words is refused.
    CHECK(refused > 8 * (7 * 8 + 2 * 8));
  }
}

TEST_CASE("every pointer word is a constant") {
  for (const std::size_t at : kPointerWords) {
    std::uint64_t word = 0;
    std::memcpy(&word, encoded(sample_snapshot()).data() + at, sizeof word);
    // The pointers are: null, another offset, a far pointer, another element size, one element more
    // and one less.
    for (const std::uint64_t other :
         {std::uint64_t{0}, word + 4, word - 4, word | 2, word ^ (std::uint64_t{1} << 32),
          word + (std::uint64_t{1} << 35), word - (std::uint64_t{1} << 35), ~word}) {
      CAPTURE(at);
      CAPTURE(other);
      SnapshotBytes bytes = encoded(sample_snapshot());
      put(bytes, at, other);
      CHECK_FALSE(decodes(bytes));
    }
  }
}

TEST_CASE("numbers at the edges of what they may be") {
  constexpr std::uint64_t kFarthest = std::uint64_t{1} << 53;
  hold({
      number<std::uint64_t>("reserved 1", false, kReserved1, 1),
      number<std::uint64_t>("reserved 1, high bit", false, kReserved1, std::uint64_t{1} << 63),
      number<std::uint64_t>("reserved 2", false, kReserved2, 1),
      number<std::uint64_t>("sent in 1970", true, kSentAt, 0),
      number<std::uint64_t>("sent at the farthest", true, kSentAt, kFarthest),
      number<std::uint64_t>("sent beyond", false, kSentAt, kFarthest + 1),
      number<std::int64_t>("sent before 1970", false, kSentAt, -1),
      number<std::uint64_t>("no uptime", true, kUptime, 0),
      number<std::uint64_t>("longest uptime", true, kUptime, kFarthest),
      number<std::uint64_t>("longer uptime", false, kUptime, kFarthest + 1),
      number<std::uint64_t>("endless uptime", false, kUptime, ~std::uint64_t{0}),
      number<std::uint32_t>("no interval", false, kInterval, 0),
      number<std::uint32_t>("interval 99 ms", false, kInterval, 99),
      number<std::uint32_t>("interval 100 ms", true, kInterval, 100),
      number<std::uint32_t>("interval 5 min", true, kInterval, 300'000),
      number<std::uint32_t>("interval 5 min and 1 ms", false, kInterval, 300'001),
      number<std::uint32_t>("endless interval", false, kInterval, ~std::uint32_t{0}),
      number<std::uint16_t>("no flags", true, kFlags, 0),
      number<std::uint16_t>("leaving", true, kFlags, 1),
      number<std::uint16_t>("an unknown flag", false, kFlags, 2),
      number<std::uint16_t>("leaving and an unknown flag", false, kFlags, 0x8001),
  });
}

TEST_CASE("states and values of the checks") {
  constexpr std::size_t kUnusedValue = kValues + 4 * 31;
  using Limits = std::numeric_limits<float>;
  hold({
      number<std::uint8_t>("the last state there is", true, kStates + 2, 5),
      number<std::uint8_t>("one beyond", false, kStates + 2, 6),
      number<std::uint8_t>("255", false, kStates + 31, 255),
      number<std::uint8_t>("an unused place in use", true, kStates + 31, 1),
      number<std::uint8_t>("a place with a value out of use", false, kStates, 0),
      number<float>("largest value", true, kValues, Limits::max()),
      number<float>("smallest value", true, kValues, Limits::lowest()),
      number<float>("subnormal value", true, kValues, Limits::denorm_min()),
      number<float>("minus zero", true, kValues, -0.0F),
      number<float>("infinite", false, kValues, Limits::infinity()),
      number<float>("minus infinite", false, kValues, -Limits::infinity()),
      number<std::uint32_t>("absent", true, kValues, 0x7FC00000),
      number<std::uint32_t>("another quiet NaN", false, kValues, 0x7FC00001),
      number<std::uint32_t>("a negative NaN", false, kValues, 0xFFC00000),
      number<std::uint32_t>("a signalling NaN", false, kValues, 0x7F800001),
      number<float>("a value without a check", false, kUnusedValue, 1.0F),
      number<float>("zero without a check", false, kUnusedValue, 0.0F),
  });
}

TEST_CASE("the detail page is of one configured check, or empty") {
  const auto empty_page = [](SnapshotBytes& bytes) {
    put<std::uint32_t>(bytes, kPageAge, 0);
    put<std::uint8_t>(bytes, kPageIndex, kNoPage);
    put<std::uint8_t>(bytes, kPageState, 0);
    put_text(bytes, kPageName, kCheckNameBytes, "");
    put_text(bytes, kPageMessage, kMessageBytes, "");
  };
  const auto empty_but = [&](const char* what, std::size_t at) {
    return Row{what, false, [=](SnapshotBytes& bytes) {
                 empty_page(bytes);
                 put<std::uint8_t>(bytes, at, 'x');
               }};
  };
  hold({
      {"no page", true, empty_page},
      empty_but("no page but an age", kPageAge),
      empty_but("no page but a name", kPageName),
      empty_but("no page but a message", kPageMessage),
      {"no page but a state", false,
       [&](SnapshotBytes& bytes) {
         empty_page(bytes);
         put<std::uint8_t>(bytes, kPageState, 1);
       }},
      number<std::uint8_t>("index of a check in another state", false, kPageIndex, 0),
      number<std::uint8_t>("index of no check", false, kPageIndex, 31),
      number<std::uint8_t>("index beyond the checks", false, kPageIndex, 32),
      number<std::uint8_t>("index 254", false, kPageIndex, 254),
      number<std::uint8_t>("index 255 with a page", false, kPageIndex, 255),
      number<std::uint8_t>("a state of its own", false, kPageState, 1),
      number<std::uint8_t>("state NONE", false, kPageState, 0),
      number<std::uint8_t>("state beyond", false, kPageState, 6),
      {"NONE here and there", false,
       [](SnapshotBytes& bytes) {
         put<std::uint8_t>(bytes, kPageState, 0);
         put<std::uint8_t>(bytes, kStates + 1, 0);
         put<std::uint32_t>(bytes, kValues + 4, 0x7FC00000);
       }},
      number<std::uint32_t>("oldest age", true, kPageAge, kNoAge),
      text("one-letter name", true, kPageName, kCheckNameBytes, "a"),
      text("longest name", true, kPageName, kCheckNameBytes, std::string(32, 'n')),
      text("no name", false, kPageName, kCheckNameBytes, ""),
      text("name begins with a space", false, kPageName, kCheckNameBytes, " disk"),
      text("name ends with a space", false, kPageName, kCheckNameBytes, "disk "),
      text("name with a newline", false, kPageName, kCheckNameBytes, "di\nsk"),
      text("name not UTF-8", false, kPageName, kCheckNameBytes, "di\xFFsk"),
      text("name of another script", true, kPageName, kCheckNameBytes, "ディスク"),
      text("no message", true, kPageMessage, kMessageBytes, ""),
      text("longest message", true, kPageMessage, kMessageBytes, std::string(80, 'm')),
      text("message cut inside a character", false, kPageMessage, kMessageBytes,
           std::string(79, 'm') + "\xC3"),
      text("message with an escape", false, kPageMessage, kMessageBytes, "\x1B[31mred"),
      text("message with a tab", false, kPageMessage, kMessageBytes, "a\tb"),
      text("message with DEL", false, kPageMessage, kMessageBytes, "a\x7F"),
      text("message with a C1 control", false, kPageMessage, kMessageBytes,
           "a\xC2\x9B"
           "31m"),
      text("message with an overlong slash", false, kPageMessage, kMessageBytes, "\xC0\xAF"),
      text("message with a surrogate", false, kPageMessage, kMessageBytes, "\xED\xA0\x80"),
      text("text behind the message's end", false, kPageMessage, kMessageBytes,
           std::string_view("a\0b", 3)),
  });
}

TEST_CASE("names and labels") {
  hold({
      text("one letter", true, kName, kNameBytes, "a"),
      text("every kind of character", true, kName, kNameBytes, "Az09._-"),
      text("64 bytes", true, kName, kNameBytes, std::string(64, 'a')),
      text("none", false, kName, kNameBytes, ""),
      text("a space", false, kName, kNameBytes, "a b"),
      text("a slash", false, kName, kNameBytes, "a/b"),
      text("a letter beyond ASCII", false, kName, kNameBytes, "bär"),
      text("something behind the end", false, kName, kNameBytes, std::string_view("a\0b", 3)),
      number<std::uint8_t>("something at the field's last byte", false, kName + 63, 'z'),
      text("no labels", true, kLabelsAt, kLabelsBytes, ""),
      text("one label", true, kLabelsAt, kLabelsBytes, "a=b"),
      text("64 bytes of label", true, kLabelsAt, kLabelsBytes, "k=" + std::string(62, 'v')),
      text("a key alone", false, kLabelsAt, kLabelsBytes, "role"),
      text("no key", false, kLabelsAt, kLabelsBytes, "=web"),
      text("no value", false, kLabelsAt, kLabelsBytes, "role="),
      text("two equals signs", false, kLabelsAt, kLabelsBytes, "role=web=1"),
      text("a comma at the end", false, kLabelsAt, kLabelsBytes, "role=web,"),
      text("a comma at the front", false, kLabelsAt, kLabelsBytes, ",role=web"),
      text("two commas", false, kLabelsAt, kLabelsBytes, "a=b,,c=d"),
      text("a space behind the comma", false, kLabelsAt, kLabelsBytes, "a=b, c=d"),
      text("a letter beyond ASCII", false, kLabelsAt, kLabelsBytes, "a=ü"),
      number<std::uint8_t>("a byte behind the labels", false, kLabelsAt + 63, 1),
  });
}

TEST_CASE("names, labels and check names hold in text what they hold on the wire") {
  CHECK(is_host_name("web-1.example_x"));
  CHECK_FALSE(is_host_name(""));
  for (const char* dots : {".", "..", "..."}) CHECK_FALSE(is_host_name(dots));
  CHECK(is_host_name("..a"));
  CHECK_FALSE(is_host_name(std::string(65, 'a')));
  CHECK(is_labels(""));
  CHECK(is_labels("a=b,c=d"));
  CHECK_FALSE(is_labels("k=" + std::string(63, 'v')));
  CHECK(is_check_name("disk /var"));
  CHECK_FALSE(is_check_name(std::string(33, 'n')));
}

TEST_CASE("any snapshot decodes to itself, with the same pointers and in canonical form") {
  std::mt19937_64 random(20260101);
  const SnapshotBytes sample = encoded(sample_snapshot());
  for (int round = 0; round < 2000; ++round) {
    CAPTURE(round);
    const Snapshot snapshot = arbitrary_snapshot(random);
    const SnapshotBytes bytes = encoded(snapshot);
    for (const std::size_t at : kPointerWords) {
      CHECK(std::memcmp(bytes.data() + at, sample.data() + at, 8) == 0);
    }
    Snapshot back;
    REQUIRE(decode_snapshot(bytes, back));
    CHECK(same_snapshot(snapshot, back));
    CHECK(encoded(back) == bytes);
  }
}

TEST_CASE("noise never decodes") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 10'000; ++round) {
    SnapshotBytes bytes;
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    CHECK_FALSE(decodes(bytes));
  }
}

TEST_CASE("zeroed memory is no snapshot") {
  CHECK_FALSE(decodes(SnapshotBytes{}));
}

}  // namespace
}  // namespace flatline
