#include "schema/wire/codec.h"

#include <capnp/message.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "schema/invariant.h"
#include "schema/wire/names.h"
#include "schema/wire/snapshot.capnp.h"

namespace flatline {
namespace {

static_assert(std::endian::native == std::endian::little, "the wire is read where it lies");

// The layout of the segment, in words of 8 bytes (CONTRACT.md, "The snapshot"). Cap'n Proto lays
// lists out in the order in which encode_snapshot makes them, which is the order of the pointers.
enum Word : std::size_t {
  kRootPointer = 0,
  kSentAt = 1,
  kUptime = 2,
  kConfigHash = 3,
  kReserved1 = 4,
  kReserved2 = 5,
  kIntervalAndVersion = 6,
  kPageAndFlags = 7,
  kPointers = 8,  // Six: page name, page message, name, labels, states, values.
  kPageName = 14,
  kPageMessage = 18,
  kName = 28,
  kLabels = 36,
  kStates = 44,
  kValues = 48,
  kEnd = 64
};
constexpr std::size_t kWordBytes = 8;
static_assert(kEnd * kWordBytes == kSnapshotBytes);

constexpr std::uint64_t struct_pointer(std::uint64_t data_words, std::uint64_t pointers) {
  return data_words << 32 | pointers << 48;
}
/// A list pointer in word `at` to the word `target`: offset, element size code, count
/// (Cap'n Proto encoding specification, "Lists").
constexpr std::uint64_t list_pointer(std::size_t at, std::size_t target, std::uint64_t size_code,
                                     std::uint64_t count) {
  return (target - at - 1) << 2 | 1 | size_code << 32 | count << 35;
}
constexpr std::uint64_t kBytes = 2;
constexpr std::uint64_t kFourBytes = 4;

constexpr std::uint64_t kRootConstant = struct_pointer(7, 6);
constexpr std::array<std::uint64_t, 6> kPointerConstants = {
    list_pointer(kPointers + 0, kPageName, kBytes, kCheckNameBytes),
    list_pointer(kPointers + 1, kPageMessage, kBytes, kMessageBytes),
    list_pointer(kPointers + 2, kName, kBytes, kNameBytes),
    list_pointer(kPointers + 3, kLabels, kBytes, kLabelsBytes),
    list_pointer(kPointers + 4, kStates, kBytes, kChecks),
    list_pointer(kPointers + 5, kValues, kFourBytes, kChecks)};

constexpr std::uint32_t kNoValueBits = 0x7FC00000;
static_assert(std::bit_cast<std::uint32_t>(kNoValue) == kNoValueBits);
constexpr std::uint16_t kFlagLeaving = 1;

template <typename T>
T load(std::span<const std::byte, kSnapshotBytes> bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// A mask of zero bytes and then as many 0xFF bytes. Laid over a field from `kLongestText - n` on,
/// it hides the first n bytes and lets those behind them through.
constexpr std::size_t kLongestText = std::max({kNameBytes, kLabelsBytes, kMessageBytes});
constexpr std::array<std::byte, 2 * kLongestText> kBehindText = [] {
  std::array<std::byte, 2 * kLongestText> mask{};
  for (std::size_t i = kLongestText; i < mask.size(); ++i) mask[i] = std::byte{0xFF};
  return mask;
}();

/// Reads a padded text field. Returns false unless every byte behind the text is zero and the text
/// itself is `good`.
template <std::size_t N>
bool load_new_text(std::span<const std::byte, kSnapshotBytes> bytes, Word word, FixedText<N>& text,
                   bool (*good)(std::string_view)) {
  static_assert(N % kWordBytes == 0);
  // The tests read `bytes` and not the copy, because the copy may still be on its way to memory.
  const auto* const begin = reinterpret_cast<const char*>(bytes.data() + word * kWordBytes);
  const std::string_view whole(begin, N);
  const std::string_view view = whole.substr(0, whole.find('\0'));
  std::memcpy(text.bytes.data(), begin, N);
  // Every byte goes through a mask, so that this costs the same wherever the text ends.
  const std::byte* const mask = kBehindText.data() + kLongestText - view.size();
  std::uint64_t behind = 0;
  for (std::size_t i = 0; i < N; i += kWordBytes) {
    std::uint64_t mask_word = 0;
    std::memcpy(&mask_word, mask + i, kWordBytes);
    behind |= load<std::uint64_t>(bytes, word * kWordBytes + i) & mask_word;
  }
  return behind == 0 && good(view);
}

template <std::size_t N>
bool load_text(std::span<const std::byte, kSnapshotBytes> bytes, Word word, FixedText<N>& text,
               bool (*good)(std::string_view), const FixedText<N>* known) {
  if (known == nullptr || std::memcmp(bytes.data() + word * kWordBytes, known, N) != 0) {
    return load_new_text(bytes, word, text, good);
  }
  text = *known;
  return true;
}

/// Reads the states and values of all checks; false where one is malformed. Its loops are without
/// branches, so that the compiler can use vector instructions.
bool load_checks(std::span<const std::byte, kSnapshotBytes> bytes, Snapshot& snapshot) {
  std::array<std::uint8_t, kChecks> states;
  std::array<std::uint32_t, kChecks> values;
  std::memcpy(states.data(), bytes.data() + kStates * kWordBytes, sizeof states);
  std::memcpy(values.data(), bytes.data() + kValues * kWordBytes, sizeof values);
  std::uint32_t bad = 0;
  for (std::size_t i = 0; i < kChecks; ++i) {
    const std::uint32_t state = states[i];
    const std::uint32_t value = values[i];
    const bool infinite = (value & 0x7F800000) == 0x7F800000;
    const bool present = value != kNoValueBits;
    bad |= (state >= kCheckStates) | (present & (infinite | (state == 0)));
  }
  std::memcpy(snapshot.states.data(), states.data(), sizeof states);
  std::memcpy(snapshot.values.data(), values.data(), sizeof values);
  return bad == 0;
}

bool is_check_name_or_none(std::string_view text) {
  return text.empty() || is_check_name(text);
}

bool load_page(std::span<const std::byte, kSnapshotBytes> bytes, Snapshot& snapshot) {
  DetailPage& page = snapshot.page;
  page.age_ms = load<std::uint32_t>(bytes, kPageAndFlags * kWordBytes);
  page.index = load<std::uint8_t>(bytes, kPageAndFlags * kWordBytes + 4);
  const auto state = load<std::uint8_t>(bytes, kPageAndFlags * kWordBytes + 5);
  if (state >= kCheckStates) return false;
  page.state = static_cast<CheckState>(state);
  if (!load_new_text(bytes, kPageName, page.name, is_check_name_or_none) ||
      !load_new_text(bytes, kPageMessage, page.message, is_plain_utf8)) {
    return false;
  }
  if (page.index == kNoPage) return page == DetailPage{};
  return page.index < kChecks && page.state != CheckState::kNone &&
         page.state == snapshot.states[page.index] && !page.name.empty();
}

template <std::size_t N>
void set_bytes(capnp::Data::Builder data, const std::array<char, N>& bytes) {
  std::memcpy(data.begin(), bytes.data(), N);
}

}  // namespace

void encode_snapshot(const Snapshot& snapshot, std::span<std::byte, kSnapshotBytes> bytes) {
  capnp::word segment[kEnd];
  std::memset(segment, 0, sizeof segment);
  {
    capnp::MallocMessageBuilder builder(kj::arrayPtr(segment, kEnd),
                                        capnp::AllocationStrategy::FIXED_SIZE);
    auto root = builder.initRoot<wire::Snapshot>();
    auto page = root.getPage();
    set_bytes(page.initName(kCheckNameBytes), snapshot.page.name.bytes);
    set_bytes(page.initMessage(kMessageBytes), snapshot.page.message.bytes);
    set_bytes(root.initName(kNameBytes), snapshot.name.bytes);
    set_bytes(root.initLabels(kLabelsBytes), snapshot.labels.bytes);
    std::memcpy(root.initCheckStates(kChecks).begin(), snapshot.states.data(), kChecks);
    auto values = root.initCheckValues(kChecks);
    for (unsigned i = 0; i < kChecks; ++i) values.set(i, snapshot.values[i]);

    root.setSentAtUnixMs(snapshot.sent_at.time_since_epoch().count());
    root.setUptimeMs(static_cast<std::uint64_t>(snapshot.uptime.count()));
    root.setConfigHash(snapshot.config_hash);
    root.setIntervalMs(static_cast<std::uint32_t>(snapshot.interval.count()));
    root.setAgentVersion(snapshot.agent_version);
    page.setAgeMs(snapshot.page.age_ms);
    page.setIndex(snapshot.page.index);
    page.setState(static_cast<std::uint8_t>(snapshot.page.state));
    root.setFlags(snapshot.leaving ? kFlagLeaving : 0);
    INVARIANT(builder.getSegmentsForOutput().size() == 1);
    // The builder wipes the segment when it is destroyed, so the bytes are copied before.
    std::memcpy(bytes.data(), segment, kSnapshotBytes);
  }
  Snapshot check;
  INVARIANT(decode_snapshot(bytes, check));
}

bool decode_snapshot(std::span<const std::byte, kSnapshotBytes> bytes, Snapshot& snapshot,
                     const KnownTexts* known) {
  if (load<std::uint64_t>(bytes, kRootPointer) != kRootConstant ||
      std::memcmp(bytes.data() + kPointers * kWordBytes, kPointerConstants.data(),
                  sizeof kPointerConstants) != 0) {
    return false;
  }
  if (load<std::uint64_t>(bytes, kReserved1 * kWordBytes) != 0 ||
      load<std::uint64_t>(bytes, kReserved2 * kWordBytes) != 0) {
    return false;
  }
  const auto sent_at = load<std::uint64_t>(bytes, kSentAt * kWordBytes);
  const auto uptime = load<std::uint64_t>(bytes, kUptime * kWordBytes);
  constexpr auto kFarthestMs = static_cast<std::uint64_t>(kMaxWireTime.count());
  if (sent_at > kFarthestMs || uptime > kFarthestMs) return false;
  snapshot.sent_at = WallTime{Milliseconds{sent_at}};
  snapshot.uptime = Milliseconds{uptime};
  snapshot.config_hash = load<std::uint64_t>(bytes, kConfigHash * kWordBytes);
  snapshot.interval = Milliseconds{load<std::uint32_t>(bytes, kIntervalAndVersion * kWordBytes)};
  snapshot.agent_version = load<std::uint32_t>(bytes, kIntervalAndVersion * kWordBytes + 4);
  if (snapshot.interval < kMinInterval || snapshot.interval > kMaxInterval) return false;

  const auto flags = load<std::uint16_t>(bytes, kPageAndFlags * kWordBytes + 6);
  if ((flags & ~kFlagLeaving) != 0) return false;
  snapshot.leaving = (flags & kFlagLeaving) != 0;

  const HostName* const known_name = known != nullptr ? &known->name : nullptr;
  const Labels* const known_labels = known != nullptr ? &known->labels : nullptr;
  return load_text(bytes, kName, snapshot.name, is_host_name, known_name) &&
         load_text(bytes, kLabels, snapshot.labels, is_labels, known_labels) &&
         load_checks(bytes, snapshot) && load_page(bytes, snapshot);
}

}  // namespace flatline
