#pragma once

// Makes libsodium ready for a program: the one thing that can fail before keys are derived.

namespace flatline {

/// Call it once in `main`, before anything of identity.h or datagram.h. Throws Failure.
void initialize_cryptography();

}  // namespace flatline
