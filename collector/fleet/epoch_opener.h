#pragma once

// Opens the datagrams of an epoch with its key: ChaCha20-Poly1305 (RFC 8439) by libgcrypt, which
// deciphers and authenticates in one pass and so takes two thirds of libsodium's time for it. What
// seals, and all keys, stay libsodium's.

#include "schema/wire/datagram.h"

struct gcry_cipher_handle;

namespace flatline {

/// One thread's. Allocates at construction only.
class EpochOpener {
 public:
  EpochOpener();
  ~EpochOpener();
  EpochOpener(const EpochOpener&) = delete;
  EpochOpener& operator=(const EpochOpener&) = delete;

  /// As open_datagram with the key that `epoch_key` was derived from, if that is of the datagram's
  /// agent and epoch (derive_epoch_key). False: the tag does not fit, and `snapshot` is
  /// unspecified.
  [[nodiscard]] bool open(DatagramView datagram, const SecretKey& epoch_key,
                          SnapshotBytes& snapshot);

 private:
  gcry_cipher_handle* cipher_ = nullptr;
};

}  // namespace flatline
