#include "agent/core/message.h"

#include <algorithm>

#include "schema/wire/text.h"

namespace flatline {

Message message_of(std::string_view text) {
  constexpr std::string_view kCut = "…";
  if (text.size() <= kMessageBytes) return Message{text};
  Message message{utf8_prefix(text, kMessageBytes - kCut.size())};
  const std::size_t end = message.view().size();
  std::copy(kCut.begin(), kCut.end(), message.bytes.begin() + static_cast<std::ptrdiff_t>(end));
  return message;
}

}  // namespace flatline
