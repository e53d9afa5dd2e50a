#pragma once

// The binary answer of GET /api/v1/slots: all that a view tells of every slot, for a program that
// asks at every tick and finds out itself what changed. A header of 64 bytes; the nine planes in
// their order, as in the bitmap answer; a tenth, of the slots that match the request's filter; a
// byte a slot, its cause; and the names of the checks that causes mean. Its size follows from the
// capacity alone. CONTRACT.md ("The slots answer") has the table; integers are little-endian.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/planes.h"
#include "schema/limits.h"
#include "schema/time.h"
#include "schema/wire/snapshot.h"

namespace flatline {

struct SlotsHeader {
  std::uint32_t capacity = 0;
  std::uint32_t flags = 0;  ///< The flag_bit(Flag) of each flag that is set.
  std::uint64_t tick = 0;
  std::uint64_t generation = 0;  ///< Its high half is the number of the collector's start.
  WallTime time{};
  std::uint32_t age_ms = 0;   ///< How old the view was when the answer was made.
  std::uint32_t tick_ms = 0;  ///< How long a tick is.
};

struct SlotsAnswer {
  SlotsHeader header;
  /// The nine planes and then the slots that match: ten times capacity / 64 words.
  std::vector<std::uint64_t> words;
  std::vector<std::uint8_t> causes;  ///< A byte a slot: a place in `names`, or 0 for none.
  std::vector<CheckName> names;      ///< By place; empty where no check has it.

  [[nodiscard]] std::span<const std::uint64_t> plane(Plane plane) const {
    return part(static_cast<std::size_t>(plane));
  }
  [[nodiscard]] std::span<const std::uint64_t> matches() const { return part(kPlanes); }

 private:
  [[nodiscard]] std::span<const std::uint64_t> part(std::size_t index) const {
    const std::size_t size = header.capacity / 64;
    return std::span(words).subspan(index * size, size);
  }
};

/// The bytes of an answer, whose parts must have the sizes that the header's capacity asks for.
std::string encode_slots(const SlotsAnswer& answer);

/// Returns nothing if the bytes are not one whole answer.
std::optional<SlotsAnswer> decode_slots(std::string_view bytes);

}  // namespace flatline
