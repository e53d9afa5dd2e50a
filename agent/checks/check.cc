#include "agent/checks/check.h"

#include <fmt/core.h>

#include "agent/core/message.h"
#include "schema/program/duration.h"

namespace flatline {

CheckResult Check::timed_out() const {
  std::string text = fmt::format("timed out after {}", format_duration(timeout_));
  if (const std::string words = said(); !words.empty()) text += ": " + words;
  return {timeout_state(), kNoValue, message_of(text)};
}

}  // namespace flatline
