#include "collector/fleet/epoch_opener.h"

#include <fmt/core.h>
#include <gcrypt.h>

#include <array>
#include <cstring>

#include "schema/invariant.h"
#include "schema/program/error.h"

namespace flatline {
namespace {

// The whole header is authenticated. The nonce is four zeros and the header's last eight bytes
// (draft-irtf-cfrg-xchacha-03, section 2.3).
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kNonceZeros = 4;
constexpr std::size_t kNonceAt = kHeaderBytes - (kNonceBytes - kNonceZeros);

/// libgcrypt is initialized once a process, by its first user. Another library in the process
/// (GnuTLS, for one) may have done it before us.
void initialize_libgcrypt() {
  if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P) != 0) return;
  if (gcry_check_version(GCRYPT_VERSION) == nullptr) {
    throw Failure(fmt::format("libgcrypt {} is needed, and {} is installed", GCRYPT_VERSION,
                              gcry_check_version(nullptr)));
  }
  // libgcrypt's FIPS mode lacks this cipher. The call above reads the machine's setting, so only
  // from here on can it be overruled.
  gcry_control(GCRYCTL_NO_FIPS_MODE);
  gcry_control(GCRYCTL_DISABLE_SECMEM);
  gcry_control(GCRYCTL_INITIALIZATION_FINISHED);
}

}  // namespace

EpochOpener::EpochOpener() {
  initialize_libgcrypt();
  const gcry_error_t error =
      gcry_cipher_open(&cipher_, GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_POLY1305, 0);
  if (error != 0) {
    throw Failure(fmt::format("libgcrypt has no ChaCha20-Poly1305: {}{}", gcry_strerror(error),
                              gcry_fips_mode_active() ? "; it is in FIPS mode" : ""));
  }
}

EpochOpener::~EpochOpener() {
  gcry_cipher_close(cipher_);
}

bool EpochOpener::open(DatagramView datagram, const SecretKey& epoch_key, SnapshotBytes& snapshot) {
  std::array<std::byte, kNonceBytes> nonce{};
  std::memcpy(nonce.data() + kNonceZeros, datagram.data() + kNonceAt, kNonceBytes - kNonceZeros);
  const std::byte* const sealed = datagram.data() + kHeaderBytes;
  INVARIANT(gcry_cipher_setkey(cipher_, epoch_key.data(), epoch_key.size()) == 0);
  INVARIANT(gcry_cipher_setiv(cipher_, nonce.data(), nonce.size()) == 0);
  INVARIANT(gcry_cipher_authenticate(cipher_, datagram.data(), kHeaderBytes) == 0);
  INVARIANT(
      gcry_cipher_decrypt(cipher_, snapshot.data(), snapshot.size(), sealed, kSnapshotBytes) == 0);
  return gcry_cipher_checktag(cipher_, sealed + kSnapshotBytes, kTagBytes) == 0;
}

}  // namespace flatline
