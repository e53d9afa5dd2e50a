#pragma once

// The answer of /api/v1/names: who has which slot, as lines of text, because a fleet of a million
// is listed by it. A head of `KEY VALUE` lines, an empty line, and a line `SLOT NAME` for each
// host:
//
//     flatline names 1
//     total 3
//     tick 58
//     generation 6b0c72b30000000e
//     next 65535
//
//     0 web-1
//     2 web-2
//
// The number behind `flatline names` is the version of this form. A reader leaves out keys that it
// does not know. The last page has no `next`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/limits.h"

namespace flatline {

struct SlotName {
  std::uint32_t slot = 0;
  std::string name;
};

struct NamesAnswer {
  std::uint32_t total = 0;
  double tick = 0;
  std::string generation;
  std::string next;  ///< Empty on the last page.
  std::vector<SlotName> hosts;
};

/// Everything before the lines of the hosts. `answer.hosts` is not looked at.
std::string encode_names_head(const NamesAnswer& answer);
void append_name(std::string& lines, std::uint32_t slot, std::string_view name);

/// Returns nothing if this is no such answer: another version, a slot that does not follow the one
/// before, or what is no host name.
std::optional<NamesAnswer> decode_names(std::string_view text);

}  // namespace flatline
