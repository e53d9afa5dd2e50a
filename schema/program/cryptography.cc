#include "schema/program/cryptography.h"

#include <sodium.h>

#include "schema/program/error.h"

namespace flatline {

void initialize_cryptography() {
  if (sodium_init() < 0) throw Failure("libsodium found no source of randomness");
}

}  // namespace flatline
