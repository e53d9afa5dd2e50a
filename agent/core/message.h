#pragma once

// A check's message as people get it: one line, its cause first. Pure.

#include <string_view>

#include "schema/wire/snapshot.h"

namespace flatline {

/// Takes what fits of `text`, and ends in `…` where that is not all.
Message message_of(std::string_view text);

}  // namespace flatline
