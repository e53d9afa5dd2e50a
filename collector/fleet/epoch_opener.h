#pragma once

// Opens the datagrams of an epoch with the epoch's key. It uses libgcrypt's ChaCha20-Poly1305 (RFC
// 8439), which deciphers and authenticates in one pass and so takes two thirds of libsodium's time.
// Sealing and the derivation of keys are done by libsodium.

#include "schema/wire/datagram.h"

struct gcry_cipher_handle;

namespace flatline {

/// Only one thread may use an opener. It allocates at construction only. The constructor throws
/// Failure if libgcrypt is too old or lacks the cipher.
class EpochOpener {
 public:
  EpochOpener();
  ~EpochOpener();
  EpochOpener(const EpochOpener&) = delete;
  EpochOpener& operator=(const EpochOpener&) = delete;

  /// `epoch_key` must be derive_epoch_key's for the datagram's agent and epoch; then this does what
  /// open_datagram does with the key it was derived from. False if the tag does not fit; `snapshot`
  /// is unspecified then.
  [[nodiscard]] bool open(DatagramView datagram, const SecretKey& epoch_key,
                          SnapshotBytes& snapshot);

 private:
  gcry_cipher_handle* cipher_ = nullptr;
};

}  // namespace flatline
