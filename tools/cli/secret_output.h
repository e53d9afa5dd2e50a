#pragma once

// Where secrets go that this program makes: to a file, or on to another program by stdout, a pipe
// or a device, from which nothing can be read back and whose place nothing can take.

#include <string>

#include "schema/wire/identity.h"

namespace flatline::cli {

/// Whether a secret shall go to stdout.
bool is_stdout(const std::string& out);

/// Writes a secret to stdout, a pipe or a device. Returns false, and writes nothing, if `out` is
/// none of these. Throws Failure.
bool wrote_to_stream(const std::string& out, const std::string& text);

/// Says to people what was done: on stderr where stdout may have the secret, else on stdout.
void tell_people(bool streamed, const std::string& text);

/// Reads a fleet's key from a file, or from stdin, which is `-`. Throws Failure.
FleetKey read_key(const std::string& path);

}  // namespace flatline::cli
